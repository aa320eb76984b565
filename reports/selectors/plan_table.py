"""Plan and fact of people, for a month and for its year so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from core import policy
from core.models import User
from core.money import ZERO
from reports.models import KPIPlan
from reports.selectors.period import Scope
from reports.selectors.plans import REVENUE
from reports.selectors.sales import order_sums
from sales.choices import DealStatus
from sales.models import Deal

SELLING = ("seller", "head_of_sales")
WON_AMOUNT, WON_DEALS = "won_amount", "won_deals"
PLANNED = (REVENUE, WON_AMOUNT, WON_DEALS)  # the indicators people have targets of


@dataclass
class PlanRow:
    """One person: the target and what he reached in the month, and both for the year up to its end."""

    person: User
    target: Decimal | None = None
    is_fixed: bool = False
    fact: Decimal = ZERO
    year_target: Decimal = ZERO
    year_fact: Decimal = ZERO
    may_set: bool = False

    @property
    def pct(self) -> int | None:
        return int(100 * self.fact / self.target) if self.target else None

    @property
    def left(self) -> Decimal | None:
        return None if self.target is None else max(ZERO, self.target - self.fact)

    @property
    def year_pct(self) -> int | None:
        return int(100 * self.year_fact / self.year_target) if self.year_target else None


def last_day(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _reached(indicator: str, scope: Scope) -> dict[Any, Decimal]:
    """What each person reached in the days of the scope: net of his orders, or amount or number of his won deals."""
    if indicator == REVENUE:
        return {
            row.key[0] if isinstance(row.key, tuple) else row.key: row.net for row in order_sums("owner", scope=scope)
        }
    measure = Sum("amount") if indicator == WON_AMOUNT else Count("pk")
    won = scope.within(Deal.objects.filter(status=DealStatus.WON), "closed_at").order_by().values_list("owner")
    return {owner: Decimal(reached) for owner, reached in won.annotate(reached=measure)}


def plan_table(month: date, reader: Any, indicator: str = REVENUE) -> list[PlanRow]:
    """Everybody who sells and whose targets the reader may see, by name (five statements)."""
    first, last = month.replace(day=1), last_day(month)
    selling = User.objects.filter(is_active=True, role_assignments__role__code__in=SELLING)
    people = [
        person
        for person in selling.distinct().order_by("first_name", "last_name", "pk")
        if policy.allows(reader, "reports.view_kpiplan", KPIPlan(person=person))
    ]
    rows = {person.pk: PlanRow(person) for person in people}
    for plan in KPIPlan.objects.filter(
        person__in=list(rows), team=None, indicator=indicator, month__range=(first.replace(month=1), first)
    ):
        row = rows[plan.person_id or 0]
        row.year_target += plan.target
        if plan.month == first:
            row.target, row.is_fixed = plan.target, plan.status == "fixed"
    for since, name in ((first, "fact"), (first.replace(month=1), "year_fact")):
        for owner, reached in _reached(indicator, Scope(first=since, last=last)).items():
            if owner in rows:
                setattr(rows[owner], name, reached)
    for row in rows.values():
        row.may_set = policy.allows(reader, "reports.set_plan", KPIPlan(person=row.person))
    return list(rows.values())


def together(rows: list[PlanRow]) -> dict[str, Decimal]:
    return {
        "target": sum((row.target or ZERO for row in rows), ZERO),
        "fact": sum((row.fact for row in rows), ZERO),
        "year_target": sum((row.year_target for row in rows), ZERO),
        "year_fact": sum((row.year_fact for row in rows), ZERO),
    }
