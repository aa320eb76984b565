"""Deals by any side of theirs: how many, won and lost, value won, and how long they took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, tzinfo
from decimal import Decimal
from typing import Any, Literal

from django.db.models import Count, DurationField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Lower, Replace, TruncDate, TruncMonth

from core.models import Team, User
from core.money import ZERO
from inventory.models import Item
from reports.selectors.period import business_zone
from sales.choices import DealStatus, StageCategory
from sales.models import Deal, PriceRule, StageChange

NOTHING = Decimal(0)
Side = Literal["owner", "product_name", "branch", "client__industry", "client", "stage", "team", "close_month"]

WON, LOST = Q(status=DealStatus.WON), Q(status=DealStatus.LOST)


def _from_first_work(deals: QuerySet[Deal]) -> QuerySet[Any]:
    """With `worked_since`: when a deal left its first stage for another open one; that is when its cycle begins."""
    later = (
        StageChange.objects.filter(deal=OuterRef("pk"), seq__gt=1, to_stage__category=StageCategory.OPEN)
        .exclude(from_stage=F("to_stage"))
        .order_by("seq")
    )
    return deals.annotate(worked_since=Subquery(later.values("at")[:1]))


@dataclass(frozen=True)
class DealSums:
    """Deals of one key. Days of the cycle are calendar days from the first work to closing, unrounded means."""

    key: Any
    deals: int
    won: int
    lost: int
    won_amount: Decimal
    won_days: Decimal | None
    lost_days: Decimal | None
    closed_days: Decimal | None

    @property
    def win_rate_pct(self) -> Decimal:
        """Won in per cent of the closed ones, unrounded."""
        return Decimal(self.won) * 100 / (self.won + self.lost) if self.won + self.lost else ZERO

    @property
    def mean_won(self) -> Decimal:
        return self.won_amount / self.won if self.won else ZERO


def deal_sums(deals: QuerySet[Deal], side: Side | None = None, *, zone: tzinfo | None = None) -> list[DealSums]:
    """Deals by a side, sorted by its key; without a side one row over all.

    By team means the team that the owner is a member of: a deal counts in each of them. Keys that are empty
    are left out. Days are those of `zone`, the business zone by default. Two statements.
    """
    zone = zone or business_zone()
    rows = _from_first_work(deals.order_by())
    days = ExpressionWrapper(
        TruncDate("closed_at", tzinfo=zone) - TruncDate("worked_since", tzinfo=zone), output_field=DurationField()
    )
    closed = WON | LOST
    sums = {
        "n": Count("pk"),
        "won": Count("pk", filter=WON),
        "lost": Count("pk", filter=LOST),
        "won_amount": Sum("amount", filter=WON, default=NOTHING),
        "won_time": Sum(days, filter=WON),
        "lost_time": Sum(days, filter=LOST),
        "closed_time": Sum(days, filter=closed),
        "won_timed": Count("worked_since", filter=WON),
        "lost_timed": Count("worked_since", filter=LOST),
    }
    if side is None:
        return [_sums(None, rows.aggregate(**sums))]
    rows, path = _by(rows, side, zone)
    grouped = rows.exclude(Q(**{f"{path}__isnull": True})).order_by(path).values(path).annotate(**sums)
    return [_sums(row[path], row) for row in grouped if row[path] != ""]


def _by(rows: QuerySet[Deal], side: Side, zone: tzinfo) -> tuple[QuerySet[Deal], str]:
    if side == "team":
        return rows, "owner__teams"
    if side == "close_month":
        return rows.annotate(close_month=TruncMonth("closed_at", tzinfo=zone)), "close_month"
    return rows, side


def _sums(key: Any, row: dict[str, Any]) -> DealSums:
    won_timed, lost_timed = row["won_timed"], row["lost_timed"]
    return DealSums(
        key=key,
        deals=row["n"],
        won=row["won"],
        lost=row["lost"],
        won_amount=row["won_amount"],
        won_days=_mean_days(row["won_time"], won_timed),
        lost_days=_mean_days(row["lost_time"], lost_timed),
        closed_days=_mean_days(row["closed_time"], won_timed + lost_timed),
    )


def _mean_days(total: timedelta | None, count: int) -> Decimal | None:
    return Decimal(total.days) / count if count and total is not None else None


def never_worked(deals: QuerySet[Deal]) -> QuerySet[Deal]:
    """Deals that still stand in the stage in which they were opened."""
    return _from_first_work(deals).filter(worked_since__isnull=True, status=DealStatus.OPEN)


def idle_members(teams: QuerySet[Team]) -> int:
    """Members of teams who own no deal."""
    return User.objects.filter(teams__in=teams, deals__isnull=True).distinct().count()


def price_realisation_pct(deals: QuerySet[Deal]) -> Decimal | None:
    """Amount of won deals in per cent of the list prices of their products, unrounded; None without prices.

    A deal names its product by text; an item is taken as meant when the texts agree but for case and blanks.
    Deals whose product has no list price count on neither side.
    """
    plain = Replace(Lower("name"), Value(" "), Value(""))
    price = (
        PriceRule.objects.filter(item=OuterRef("pk"), min_qty=0, price__isnull=False)
        .order_by("-pk")
        .values("price")[:1]
    )
    prices = dict(
        Item.objects.annotate(plain=plain, list_price=Subquery(price))
        .filter(list_price__isnull=False)
        .values_list("plain", "list_price")
    )
    won, listed = NOTHING, NOTHING
    sold = deals.filter(WON).exclude(product_name="").order_by().values("product_name")
    for row in sold.annotate(n=Count("pk"), total=Sum("amount")):
        unit = prices.get(row["product_name"].lower().replace(" ", ""))
        if unit is not None:
            won, listed = won + row["total"], listed + unit * row["n"]
    return won * 100 / listed if listed else None
