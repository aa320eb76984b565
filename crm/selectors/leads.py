"""Figures about leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Avg, Count, ExpressionWrapper, F, Q, QuerySet
from django.db.models.fields import DurationField

from core.money import percent_of
from crm.choices import LeadStatus
from crm.models import Lead


@dataclass(frozen=True)
class LeadFigures:
    """Leads that came in a period: how many, how many became clients, how fast they were answered."""

    received: int
    converted: int
    rejected: int
    answered: int
    mean_response_minutes: Decimal | None

    @property
    def conversion_pct(self) -> Decimal:
        return percent_of(Decimal(self.converted), Decimal(self.received))


def received_between(since: datetime, until: datetime, *, leads: QuerySet[Lead] | None = None) -> QuerySet[Lead]:
    """Leads received in [since, until), out of `leads` (all by default)."""
    return (Lead.objects.all() if leads is None else leads).filter(received_at__gte=since, received_at__lt=until)


def lead_figures(leads: QuerySet[Lead]) -> LeadFigures:
    """Count `leads` by their outcome (one statement)."""
    found = leads.aggregate(
        received=Count("pk"),
        converted=Count("pk", filter=Q(status=LeadStatus.QUALIFIED)),
        rejected=Count("pk", filter=Q(status=LeadStatus.REJECTED)),
        answered=Count("pk", filter=Q(first_answer_at__isnull=False)),
        response=Avg(ExpressionWrapper(F("first_answer_at") - F("received_at"), output_field=DurationField())),
    )
    response = found.pop("response")
    minutes = None if response is None else (Decimal(str(response.total_seconds())) / 60).quantize(Decimal("0.1"))
    return LeadFigures(**found, mean_response_minutes=minutes)
