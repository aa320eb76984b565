"""Visits in a calendar."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.ui import registers
from core.ui.calendars import CalendarEvent, CalendarScreen
from support.choices import VisitStatus
from support.models import InstallationVisit
from support.selectors.visits import with_times
from support.services import visits
from support.services.crew_links import OPEN
from support.views.visits import SHORT


class VisitCalendar(CalendarScreen):
    """Who is where: `?crew=` shows one crew."""

    action = "support.view_installationvisit"
    move_action = "support.plan_visit"
    title = gettext_lazy("Crews")
    moment_field = "starts_at"
    template_name = "support/visit_calendar.html"

    def rows(self) -> QuerySet[Any]:
        rows = with_times(InstallationVisit.objects.visible_to(self.actor, self.action))
        rows = rows.exclude(status=VisitStatus.FAILED).select_related("order__client", "order__owner")
        crew = self.request.GET.get("crew", "")
        return rows.filter(crew__iexact=crew) if crew else rows

    def event(self, record: Any) -> CalendarEvent:
        slot, is_open = record.slot, record.status in OPEN
        is_late = is_open and slot.upper is not None and slot.upper < timezone.now()
        crew = record.crew or _("no crew yet")
        return CalendarEvent(
            id=record.pk,
            title=f"{crew}: {record.order.client}",
            starts=slot.lower,
            version=record.version,
            lasts=slot.upper - slot.lower if slot.upper else SHORT,
            url=registers.by_key("support.visit").url_of(record),
            tone="late" if is_late else "" if is_open else "done",
            movable=is_open and policy.allows(self.actor, self.move_action, record),
        )

    def move(self, record: Any, to: datetime, version: int | None) -> Any:
        lasts = record.slot.upper - record.slot.lower
        moved = visits.change_visit(
            visit_id=record.pk, changes={"slot": DateTimeTZRange(to, to + lasts)}, version=version, by=self.actor
        )
        return self.rows().filter(pk=moved.pk).first() or moved

    def extra(self) -> dict[str, Any]:
        mine = InstallationVisit.objects.visible_to(self.actor, self.action).exclude(crew="")
        crews = sorted(mine.filter(status__in=OPEN).order_by().values_list("crew", flat=True).distinct())
        waiting = InstallationVisit.objects.visible_to(self.actor, self.action).filter(status__in=OPEN, slot=None)
        chosen = self.request.GET.get("crew", "")
        about = {
            "address": self.request.path + (f"?{self.request.GET.urlencode()}" if chosen else ""),
            "month": self._month().isoformat(),
            "locale": self.request.LANGUAGE_CODE,  # type: ignore[attr-defined]
        }
        return {"crews": crews, "crew": chosen, "about": about, "waiting": waiting.count()}
