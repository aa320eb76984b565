"""The clock of a complaint: until when an answer is due, and what a person reads of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from support.choices import TicketStatus
from support.models import Ticket

OVER = (TicketStatus.RESOLVED, TicketStatus.CLOSED)
SOON_HOURS = 8


@dataclass(frozen=True)
class Clock:
    """What the clock says in words, and how loud."""

    text: str
    tone: str = ""


def clock_of(ticket: Ticket, now: datetime) -> Clock | None:
    """The clock of a ticket at a moment; None where no answer was promised or it is given in time."""
    due = ticket.sla_due_at
    if due is None:
        return None
    if ticket.status in OVER:
        is_late = ticket.resolved_at is not None and ticket.resolved_at > due
        return Clock(_("Answered late"), "warn") if is_late else Clock(_("Answered in time"), "ok")
    if ticket.status == TicketStatus.WAITING:
        return Clock(_("The clock stands still"))
    hours = int((due - now).total_seconds() // 3600)
    if hours < 0:
        return Clock(_("Late by %(time)s") % {"time": _span(-hours)}, "bad")
    return Clock(_("%(time)s left") % {"time": _span(hours)}, "warn" if hours < SOON_HOURS else "")


def _span(hours: int) -> str:
    if hours < 48:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d day", "%(count)d days", hours // 24) % {"count": hours // 24}
