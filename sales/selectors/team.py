"""A team at a glance: what each member has open, won and lost this month, and what lies about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from core.models import User
from core.money import ZERO
from crm.models import Lead
from crm.selectors.inbox import waiting_leads
from crm.selectors.steps import steps_of
from sales import ports
from sales.choices import DealStatus
from sales.models import Deal
from sales.selectors.board import is_late
from sales.selectors.funnel import WEIGHTED
from sales.selectors.my_day import start_of


@dataclass
class Member:
    """One person's figures; `person` None: deals that nobody leads."""

    person: User | None
    open_count: int = 0
    open_total: Decimal = ZERO
    weighted: Decimal = ZERO
    won_count: int = 0
    won_total: Decimal = ZERO
    lost_count: int = 0
    lost_total: Decimal = ZERO
    late: int = 0
    missing: int = 0
    requests: int = 0
    target: Decimal | None = None

    @property
    def key(self) -> str:
        return str(self.person.pk) if self.person is not None else ""

    @property
    def won_pct(self) -> int | None:
        return int(100 * self.won_total / self.target) if self.target else None


def team_of(deals: QuerySet[Deal], reader: Any, now: datetime) -> list[Member]:
    """Everybody who leads one of `deals` (what the reader may see), the largest open pipeline first.

    Six statements for any number of people and deals.
    """
    since = start_of(timezone.localdate(now).replace(day=1))
    is_open, won = Q(status=DealStatus.OPEN), Q(status=DealStatus.WON, closed_at__gte=since)
    lost = Q(status=DealStatus.LOST, closed_at__gte=since)
    figures = {
        "open_count": Count("pk", filter=is_open), "open_total": Sum("amount", filter=is_open),
        "weighted": Sum(WEIGHTED, filter=is_open), "won_count": Count("pk", filter=won),
        "won_total": Sum("amount", filter=won), "lost_count": Count("pk", filter=lost),
        "lost_total": Sum("amount", filter=lost),
    }  # fmt: skip
    relevant = deals.filter(is_open | won | lost).order_by()
    grouped: Any = relevant.values("owner").annotate(**figures)
    rows: dict[int | None, dict[str, Any]] = {row.pop("owner"): row for row in grouped}
    people = User.objects.in_bulk([pk for pk in rows if pk])
    found = {pk: _member(people.get(pk or 0), row) for pk, row in rows.items()}
    _count_steps(found, deals, now)
    _count_requests(found, reader)
    targets = ports.revenue_targets([pk for pk in rows if pk], _month(now))
    for pk, member in found.items():
        member.target = targets.get(pk or 0)
    return sorted(found.values(), key=lambda one: (-one.open_total, str(one.person or "")))


def _month(now: datetime) -> date:
    return timezone.localdate(now).replace(day=1)


def _member(person: User | None, row: dict[str, Any]) -> Member:
    known: dict[str, Any] = {name: value if value is not None else ZERO for name, value in row.items()}
    return Member(person, **known)


def _count_steps(found: dict[int | None, Member], deals: QuerySet[Deal], now: datetime) -> None:
    owners = dict(deals.filter(status=DealStatus.OPEN).order_by().values_list("pk", "owner"))
    steps = steps_of(Deal, owners)
    for pk, owner in owners.items():
        if owner in found:
            step = steps.get(pk)
            found[owner].missing += step is None
            found[owner].late += is_late(step, now)


def _count_requests(found: dict[int | None, Member], reader: Any) -> None:
    rows = Lead.objects.filter(pk__in=waiting_leads(reader).values("pk")).order_by()
    for owner, count in rows.values_list("owner").annotate(count=Count("pk")):
        if owner in found:
            found[owner].requests = count


def together(members: list[Member]) -> Member:
    """The sums of the team."""
    whole = Member(None)
    for name in (
        "open_count", "open_total", "weighted", "won_count", "won_total", "lost_count", "lost_total", "late", "missing",
        "requests",
    ):  # fmt: skip
        setattr(whole, name, sum((getattr(one, name) for one in members), type(getattr(whole, name))(0)))
    targets = [one.target for one in members if one.target is not None]
    whole.target = sum(targets, ZERO) if targets else None
    return whole
