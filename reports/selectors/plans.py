"""Targets and what was reached of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import ExtractYear

from core.actors import SYSTEM, Actor
from core.remembered import remembered_for_all
from reports.choices import PlanStatus
from reports.models import KPIPlan
from reports.selectors.period import EVERYTHING, Scope
from reports.selectors.sales import order_sums

REVENUE = "revenue"


def revenue_targets(user_ids: Sequence[int], month: date) -> dict[int, Decimal]:
    """The fixed revenue target of each person in a month; who has none is left out (one statement)."""
    return dict(_targets(list(user_ids), month.replace(day=1)))


@remembered_for_all
def _targets(people: Any, month: Any) -> QuerySet[KPIPlan, Any]:
    plans = KPIPlan.objects.filter(person__in=people.each, team=None, indicator=REVENUE, month=month)
    return plans.filter(status=PlanStatus.FIXED).values_list("person", "target")


@dataclass(frozen=True)
class Attainment:
    """A person's revenue target of a year and the net of his orders in it."""

    person_id: int
    year: int
    target: Decimal
    actual: Decimal

    @property
    def pct(self) -> Decimal | None:
        """Actual in per cent of the target, unrounded; None without a target."""
        return self.actual * 100 / self.target if self.target else None


def revenue_attainment(scope: Scope = EVERYTHING) -> list[Attainment]:
    """Everybody with a revenue target in a year, by person and year (two statements)."""
    plans = KPIPlan.objects.filter(indicator=REVENUE, person__isnull=False)
    if scope.first is not None:
        plans = plans.filter(month__gte=scope.first)
    if scope.last is not None:
        plans = plans.filter(month__lte=scope.last)
    targets = (
        plans.annotate(year=ExtractYear("month"))
        .order_by("person", "year")
        .values_list("person", "year")
        .annotate(total=Sum("target"))
    )
    actual = {row.key: row.net for row in order_sums("owner", "year", scope=scope)}
    return [
        Attainment(person, year, target, actual.get((person, year), Decimal(0))) for person, year, target in targets
    ]


def plans_of(first: date, last: date, *, reader: Actor = SYSTEM, codes: Collection[str] = ()) -> QuerySet[KPIPlan]:
    """Targets of the months from that of `first` to that of `last`, as far as the reader may see them."""
    plans = KPIPlan.objects.filter(month__gte=first.replace(day=1), month__lte=last, person__isnull=False)
    if reader is not SYSTEM:
        plans = plans.visible_to(reader)
    return plans.filter(indicator__in=codes) if codes else plans
