"""The shop floor: the operations of one work centre, for gloves. Signed in, or at a station by PIN."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from core import policy
from core.models import Attachment
from core.ui import daywords
from core.ui.kiosk import KioskButton, KioskPage, KioskScreen
from production.choices import BlockCause
from production.models import (
    Blockage,
    HelpCall,
    PieceCount,
    ScrapReason,
    WorkCenter,
)
from production.selectors.checks import Check, checks_of
from production.selectors.drawings import drawings_of, is_picture
from production.selectors.jobs import Job, calls_at, jobs_of
from production.selectors.materials import Material, materials_of
from production.selectors.open_work import in_turn, open_operations
from production.views.floor_presses import Presses

WORKS = "production.report_time"
SHOWN = 12
CHOSEN = "floor_center"


class FloorPage(Presses, KioskPage):
    """The kiosk of a work centre. `center` and `actor` say where and who; `?op=` puts one operation first."""

    name = "floor"
    task_template = "production/_floor_task.html"
    next_template = "production/_floor_next.html"
    beside_template = "production/_floor_today.html"
    template_name = "production/floor.html"
    preloads = False
    more_codes = ("count", "scrap", "issue", "block", "unblock", "check", "uncheck", "call", "helped")
    buttons: ClassVar[Sequence[KioskButton]] = (
        KioskButton("start", gettext_lazy("Start"), "player-play", look="btn-primary"),
        KioskButton("pause", gettext_lazy("Pause"), "player-pause"),
        KioskButton("finish", gettext_lazy("Finish job"), "check", look="btn-ok"),
    )
    blocks = KioskButton("block", gettext_lazy("Blocked"), "ban", sheet="production/_floor_block.html")
    unblocks = KioskButton("unblock", gettext_lazy("The job can go on"), "player-play", look="btn-primary")
    center: WorkCenter
    request: HttpRequest

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.center.name

    def subtitle(self) -> str:
        return daywords.day(timezone.localdate())

    @cached_property
    def jobs(self) -> list[Job]:
        """What can be worked on here: what somebody is at, what was asked for, then by plan."""
        rows = in_turn(open_operations(timezone.now()).filter(center=self.center))
        chosen = self.request.GET.get("op", "")
        found = list(rows[:SHOWN])
        if chosen.isdigit() and all(row.pk != int(chosen) for row in found):
            found += list(rows.filter(pk=chosen))
        jobs = jobs_of(found, self.actor, timezone.now())
        first = int(chosen) if chosen.isdigit() else None
        return sorted(jobs, key=lambda job: self._turn(job, first))

    def _turn(self, job: Job, chosen: int | None) -> tuple[bool, bool, bool]:
        mine = job.operation.running_by_id == self.actor.pk
        return (job.pk != chosen, not mine, job.state in ("after", "missing", "coming", "running", "blocked"))

    def tasks(self) -> Sequence[Job]:
        return self.jobs

    def shown_buttons(self, task: Job) -> Sequence[KioskButton]:
        start, pause, finish = self.buttons
        if task.blockage is not None:
            return (self.unblocks,)
        if task.is_running:
            return (pause, self.blocks, finish)
        return (start, self.blocks, finish) if task.state == "paused" else (self.blocks, start)

    @cached_property
    def materials(self) -> list[Material]:
        """The material of the present task."""
        work_id = self.jobs[0].operation.work_order_id
        return materials_of([work_id]).get(work_id, [])

    @cached_property
    def checks(self) -> list[Check]:
        """What has to be looked at before the present task is finished: what is due on top, what is done below."""
        one = self.jobs[0].operation
        return sorted(checks_of([one]).get(one.pk, []), key=lambda check: (check.is_done, bool(check.waits_for)))

    @cached_property
    def drawing(self) -> dict[str, Any] | None:
        """How the present task is made: its first drawing, where it opens, and how many there are."""
        files = drawings_of(self.jobs[0].operation.work_order, self.actor)
        if not files:
            return None
        first = files[0]
        picture = self.file_url(first) if is_picture(first) else ""
        return {"page": self.drawing_url(first), "picture": picture, "name": first.name, "count": len(files)}

    def drawing_url(self, file: Attachment) -> str:
        """Where a drawing is shown over the whole screen."""
        return reverse("production:floor_drawing", args=[self.center.pk, file.uuid])

    def file_url(self, file: Attachment) -> str:
        """The file itself."""
        return reverse("core:file", args=[file.uuid])

    def blockage(self) -> Blockage | None:
        """Why the present task cannot go on."""
        return self.jobs[0].blockage

    def causes(self) -> list[tuple[str, Any]]:
        return list(BlockCause.choices)

    @cached_property
    def call(self) -> HelpCall | None:
        """The call for help from here that nobody answered yet."""
        return calls_at([self.center.pk]).get(self.center.pk)

    def pace(self) -> datetime | None:
        """When the present task is finished if it goes on as it went, once something came out of it."""
        job = self.jobs[0]
        through = job.operation.good_qty + job.operation.scrap_qty
        if not job.is_running or not through or not job.running_minutes or not self.left():
            return None
        return timezone.now() + timedelta(minutes=float(self.left() / through) * job.running_minutes)

    def scan_url(self) -> str:
        """Where a scanned card goes."""
        return reverse("production:floor_scan", args=[self.center.pk])

    def anything_to_take(self) -> bool:
        return any(row.open for row in self.materials)

    def reasons(self) -> list[ScrapReason]:
        return list(ScrapReason.objects.order_by("name")[:30])

    def left(self) -> Decimal:
        one = self.jobs[0].operation
        return max(one.work_order.qty - one.good_qty - one.scrap_qty, Decimal(0))

    def today(self) -> dict[str, Any]:
        """What came out of this centre today."""
        start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        rows = PieceCount.objects.filter(operation__center=self.center, occurred_at__gte=start)
        return rows.aggregate(good=Sum("good", default=Decimal(0)), scrap=Sum("scrap", default=Decimal(0)))

    def may_issue(self) -> bool:
        return policy.allows(self.actor, "production.issue_materials", self.center)


class CenterFloor(FloorPage, KioskScreen):
    """The kiosk for somebody who is signed in as usual."""

    action = WORKS

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated and policy.allows(request.user, WORKS):
            rows = WorkCenter.objects.visible_to(request.user, WORKS).filter(is_active=True)
            self.center = get_object_or_404(rows, pk=kwargs["pk"])

    def back_url(self) -> str:
        return f"{reverse('production:shop_floor')}?choose"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.session[CHOSEN] = self.center.pk
        return super().get(request, *args, **kwargs)
