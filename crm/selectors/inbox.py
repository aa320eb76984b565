"""Requests nobody answered yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from crm.choices import LeadStatus
from crm.models import Lead

QUICK_MINUTES = 30
SLOW_MINUTES = 240
OPEN = (LeadStatus.NEW, LeadStatus.WORKING)


def waiting_leads(user: Any) -> QuerySet[Lead]:
    """Open leads without a first answer that the user may see, the oldest first."""
    rows = Lead.objects.visible_to(user, "crm.view_lead").filter(status__in=OPEN, first_answer_at=None)
    return rows.select_related("owner", "source", "client").defer("utm", "custom").order_by("received_at", "pk")


@dataclass(frozen=True)
class Clock:
    """How long somebody waits for his first answer: whole minutes, and how it looks."""

    minutes: int

    @property
    def tone(self) -> str:
        if self.minutes < QUICK_MINUTES:
            return "ok"
        return "warn" if self.minutes < SLOW_MINUTES else "bad"

    @property
    def hours(self) -> int:
        return self.minutes // 60

    @property
    def days(self) -> int:
        return self.minutes // (24 * 60)


def clock_of(lead: Lead, now: datetime) -> Clock:
    return Clock(max(0, int((now - lead.received_at).total_seconds() // 60)))
