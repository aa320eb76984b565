"""The shop floor: the operations of one work centre, for gloves. Signed in, or at a station by PIN."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core import policy
from core.models import Attachment
from core.quantities import told
from core.ui import cells
from core.ui.access import Guarded
from core.ui.kiosk import KioskButton, KioskPage, KioskScreen, Said
from core.ui.toasts import toast
from production.choices import BlockCause
from production.errors import NotHere, NothingScanned
from production.models import (
    Blockage,
    CheckNote,
    HelpCall,
    Operation,
    OperatorPin,
    PieceCount,
    ScrapReason,
    WorkCenter,
)
from production.selectors import floor
from production.selectors.checks import Check, checks_of
from production.selectors.drawings import drawings_of, is_picture
from production.selectors.floor import Job
from production.selectors.materials import Material, materials_of
from production.services import helping, work

WORKS = "production.report_time"
SHOWN = 12
CHOSEN = "floor_center"


class FloorPage(KioskPage):
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
        return cells.day(timezone.localdate())

    @cached_property
    def jobs(self) -> list[Job]:
        """What can be worked on here: what somebody is at, what was asked for, then by plan."""
        rows = floor.in_turn(floor.open_operations(timezone.now()).filter(center=self.center))
        chosen = self.request.GET.get("op", "")
        found = list(rows[:SHOWN])
        if chosen.isdigit() and all(row.pk != int(chosen) for row in found):
            found += list(rows.filter(pk=chosen))
        jobs = floor.jobs_of(found, self.actor, timezone.now())
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
        return floor.calls_at([self.center.pk]).get(self.center.pk)

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

    def act(self, code: str, values: Mapping[str, str], at: datetime) -> Said:
        if code in ("call", "helped"):
            return self._help(code, values, at)
        asked = values.get("task", "")
        rows = Operation.objects.filter(center=self.center).select_related("work_order")
        operation = rows.filter(pk=asked).first() if asked.isdigit() else None
        if operation is None:
            raise NotHere(center=self.center.name)
        said = getattr(self, f"_{code}")(operation, values, at)
        for kept in ("jobs", "materials", "checks", "drawing"):
            self.__dict__.pop(kept, None)
        return said

    def _help(self, code: str, values: Mapping[str, str], at: datetime) -> Said:
        self.__dict__.pop("call", None)
        if code == "call":
            task = values.get("task", "")
            job = int(task) if task.isdigit() and len(task) < 19 else None
            helping.call_for_help(center_id=self.center.pk, operation_id=job, at=at, by=self.actor)
            return Said(_("Help is called. The production lead hears of it."), "info")
        call = floor.calls_at([self.center.pk]).get(self.center.pk)
        if call is not None:
            helping.answer_call(call_id=call.pk, at=at, by=self.actor)
        return Said(_("Good that help is here."))

    def _block(self, operation: Operation, values: Mapping[str, str], at: datetime) -> Said:
        cause, why = values.get("cause", ""), values.get("why", "")
        if why.strip() and not cause:
            cause = BlockCause.OTHER
        work.block_operation(operation_id=operation.pk, cause=cause, note=why, at=at, by=self.actor)
        return Said(_("Blocked: %(number)s. The production lead hears of it.") % self._named(operation), "warn")

    def _unblock(self, operation: Operation, _values: Mapping[str, str], at: datetime) -> Said:
        work.unblock_operation(operation_id=operation.pk, at=at, by=self.actor)
        return Said(_("%(number)s can go on.") % self._named(operation))

    def _check(self, operation: Operation, values: Mapping[str, str], at: datetime) -> Said:
        which = values.get("which", "")
        typed = values.get(f"value-{which}", "").strip()
        note = self._note(operation, which, at, value=_measured(typed))
        return Said(_("Checked: %(check)s.") % {"check": note.bom_check.text})

    def _uncheck(self, operation: Operation, values: Mapping[str, str], at: datetime) -> Said:
        note = self._note(operation, values.get("which", ""), at, is_done=False)
        return Said(_("Open again: %(check)s.") % {"check": note.bom_check.text}, "info")

    def _note(self, operation: Operation, which: str, at: datetime, **more: Any) -> CheckNote:
        check = int(which) if which.isdigit() and len(which) < 19 else 0
        return work.note_check(
            operation_id=operation.pk, check_id=check, at=at, by=self.actor, key=self._key, **more
        )  # fmt: skip

    @staticmethod
    def _named(operation: Operation) -> dict[str, str]:
        return {"number": operation.work_order.number}

    def _start(self, operation: Operation, _values: Mapping[str, str], at: datetime) -> Said:
        work.start_operation(operation_id=operation.pk, at=at, by=self.actor)
        return Said(_("Started: %(number)s.") % {"number": operation.work_order.number})

    def _pause(self, operation: Operation, _values: Mapping[str, str], at: datetime) -> Said:
        done = work.pause_operation(operation_id=operation.pk, at=at, by=self.actor)
        return Said(_("Paused after %(minutes)s minutes.") % {"minutes": told(done.actual_minutes)}, "info")

    def _finish(self, operation: Operation, _values: Mapping[str, str], at: datetime) -> Said:
        done = work.finish_operation(operation_id=operation.pk, at=at, by=self.actor)
        words = {"number": operation.work_order.number, "good": told(done.good_qty)}
        return Said(_("Finished: %(number)s, %(good)s good.") % words)

    def _count(self, operation: Operation, values: Mapping[str, str], at: datetime) -> Said:
        good = _number(values.get("good", ""))
        work.count_pieces(operation_id=operation.pk, good=good, at=at, by=self.actor, key=self._key)
        return Said(_("Counted: %(good)s good.") % {"good": told(good)})

    def _scrap(self, operation: Operation, values: Mapping[str, str], at: datetime) -> Said:
        scrap, reason = _number(values.get("scrap", "")), values.get("reason", "")
        known = ScrapReason.objects.filter(pk=reason).first() if reason.isdigit() else None
        work.count_pieces(
            operation_id=operation.pk,
            scrap=scrap,
            reason_id=known.pk if known else None,
            at=at,
            by=self.actor,
            key=self._key,
        )
        return Said(_("Scrapped: %(scrap)s, %(reason)s.") % {"scrap": told(scrap), "reason": known}, "warn")

    def _issue(self, operation: Operation, _values: Mapping[str, str], at: datetime) -> Said:
        taken = work.issue_materials(work_order_id=operation.work_order_id, at=at, by=self.actor, key=self._key)
        return Said(_("The material is taken.") if taken else _("Everything was taken already."))

    @property
    def _key(self) -> str:
        """The key of this press: it names the press in the ledgers, too."""
        return f"floor:{self.request.POST.get('key', '')}"

    def may_issue(self) -> bool:
        return policy.allows(self.actor, "production.issue_materials", self.center)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", ".") or "0")
    except InvalidOperation:
        return Decimal(0)


def _measured(text: str) -> Decimal | None:
    """A value as somebody typed it; None where it is no number."""
    try:
        return Decimal(text.replace(",", ".")) if text else None
    except InvalidOperation:
        return None


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


class ScanJob(Guarded, View):
    """The card of a work order was scanned: its operation here comes first."""

    action = WORKS

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = WorkCenter.objects.visible_to(request.user, WORKS).filter(is_active=True)  # type: ignore[arg-type]
        center, page = get_object_or_404(rows, pk=pk), reverse("production:floor_center", args=[pk])
        job = floor.scanned_job(center.pk, request.POST.get("code", "")[:60], timezone.now())
        if job is None:
            toast(request, NothingScanned(center=center.name), level="bad")
            return HttpResponseRedirect(page)
        return HttpResponseRedirect(f"{page}?op={job}")


class ShopFloor(Guarded, View):
    """Where do you work? The centre chosen last comes by itself; `?choose` offers the others."""

    action = WORKS

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        rows = list(WorkCenter.objects.visible_to(user, WORKS).filter(is_active=True).order_by("name"))
        last = request.session.get(CHOSEN)
        if "choose" not in request.GET and any(row.pk == last for row in rows):
            return HttpResponseRedirect(reverse("production:floor_center", args=[last]))
        waiting = floor.open_operations(timezone.now()).order_by().values_list("center_id")
        counts = dict(waiting.annotate(Count("pk")))
        context = {
            "centers": [(row, counts.get(row.pk, 0)) for row in rows],
            "has_pin": OperatorPin.objects.filter(user=user).exists(),
            "may_open": policy.allows(user, "production.open_station"),
            "may_set_pins": policy.allows(user, "production.manage_pins"),
        }
        return render(request, "production/shop_floor.html", context)
