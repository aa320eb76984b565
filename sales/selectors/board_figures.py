"""What the columns of a board of deals say, added up where the deals lie, and which of its cards stand first.

A board of thousands of deals shows a few sums and the first cards of each column. So one statement answers a row for
the deals of a column that are alike, and the keys of the cards that are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from core.access import scope
from core.money import ZERO, cents
from core.planned import Planned
from core.remembered import remembered_part
from core.services.records import type_of
from crm.models import Task
from crm.selectors.steps import OPEN
from sales.choices import DealStatus
from sales.models import Deal
from sales.selectors.board import Health, deals_on_board, deals_seen

FIELDS = ("pk", "stage_id", "status", "amount", "probability", "owner_id", "expected_close", "closed_at")


class Care(IntEnum):
    """How urgently a deal needs somebody: the order of a column."""

    LATE, MISSING, PLANNED, CLOSED = range(4)


Place = str | int  # the key of a stage, or the name of a month


class Alike(NamedTuple):
    """The deals of one place that are alike: how many, their amounts, and Σ amount × chance in per cent."""

    place: Place
    care: int
    is_mine: bool
    this_month: bool
    deals: int
    amount: Decimal
    weight: Decimal

    @property
    def is_open(self) -> bool:
        return self.care != Care.CLOSED


def weighted(groups: Iterable[Alike]) -> Decimal:
    """Σ amount × chance of the open deals, to the cent at the end."""
    return cents(sum((group.weight for group in groups if group.is_open), ZERO) / 100)


def health(groups: Iterable[Alike]) -> Health:
    """The open ones, by whether their next step is planned, late or missing."""
    found = dict.fromkeys(Care, 0)
    for group in groups:
        found[Care(group.care)] += group.deals
    return Health(found[Care.PLANNED], found[Care.LATE], found[Care.MISSING])


@dataclass(frozen=True)
class Places:
    """Which column a deal stands in: that of its stage, or (`months`) of the month it is to close in, if it is open."""

    months: tuple[date, ...] = ()

    @property
    def sql(self) -> str:
        if not self.months:
            return "stage_id"
        return (
            "CASE WHEN expected_close IS NULL THEN 'none' WHEN expected_close < %s::date THEN 'overdue'"
            " WHEN expected_close < %s::date THEN to_char(expected_close, 'YYYY-MM') ELSE 'later' END"
        )

    @property
    def kind(self) -> str:
        return "text" if self.months else "bigint"

    @property
    def kept(self) -> str:
        return "status = 'open'" if self.months else "true"

    def values(self, today: date) -> list[date]:
        return [today, _month_after(self.months[-1])] if self.months else []


@dataclass(frozen=True)
class Asked:
    """Who looks and when, which view keeps what, and the cards that are wanted: {place: (how many, order)}.

    `deal` is one whose place is asked for, wherever it would stand.
    """

    user_id: int
    now: datetime
    today: date
    keeps: str = "true"
    places: Places = Places()
    cards: Mapping[Place, tuple[int, str]] = field(default_factory=dict)
    deal: int | None = None


@dataclass
class Figures:
    """The groups of all places; the chosen deals by place in their order; and the next step of each of these."""

    groups: list[Alike] = field(default_factory=list)
    chosen: list[tuple[Place, int]] = field(default_factory=list)
    steps: dict[int, int | None] = field(default_factory=dict)
    has_deal: bool = False


# Late steps, then none, then by the day they are due; closed ones, which have no step, newest first.
_USUAL = "care, due_at, closed_at DESC, CASE WHEN is_open THEN amount END DESC, pk DESC"
# The same where some columns stand in another order, which has a code.
_ANY = """
    CASE WHEN sort = '' THEN care END, CASE WHEN sort = '' THEN due_at END,
    CASE WHEN sort = '' THEN closed_at END DESC, CASE WHEN sort = 'closing' THEN expected_close END,
    CASE WHEN sort IN ('amount', 'closing') OR (sort = '' AND is_open) THEN amount END DESC, pk DESC
"""
ORDERS = ("amount", "closing", "newest")

_SEEN = """
WITH lines AS MATERIALIZED ({lines}),
steps AS MATERIALIZED (
  SELECT DISTINCT ON (link.target_id) link.target_id AS deal, task.id AS step, task.due_at
  FROM core_recordlink link JOIN crm_task task ON task.id = link.source_id
  WHERE link.target_type_id = %s AND link.source_type_id = %s AND task.status IN ({open})
    AND link.target_id IN (SELECT pk FROM lines WHERE status = 'open')
  ORDER BY link.target_id, task.due_at NULLS LAST, task.id
),
seen AS MATERIALIZED (
  SELECT pk, status = 'open' AS is_open, {place} AS place, amount, expected_close, closed_at, step, due_at,
    probability,
    CASE WHEN status <> 'open' THEN 3 WHEN due_at < %s::timestamptz THEN 0 WHEN step IS NULL THEN 1 ELSE 2 END AS care,
    owner_id IS NOT DISTINCT FROM %s::bigint AS is_mine,
    coalesce(expected_close >= %s::date AND expected_close < %s::date, false) AS this_month
  FROM lines LEFT JOIN steps ON steps.deal = lines.pk WHERE {kept}
)
SELECT 0 AS part, place, care, is_mine, this_month, count(*) AS number, sum(amount) AS amount,
  sum(amount * probability) AS weight, NULL::bigint AS step
FROM seen GROUP BY place, care, is_mine, this_month
"""
_CARDS = """
UNION ALL SELECT 1, place, care, is_mine, this_month, pk, row_number() OVER (), 0, step
FROM unnest(%s::{kind}[], %s::int[], %s::text[]) AS wanted (at, most, sort), LATERAL (
  SELECT * FROM seen WHERE place = wanted.at AND {keeps} ORDER BY {order} LIMIT wanted.most
) first
"""
_DEAL = "UNION ALL SELECT 2, place, care, is_mine, this_month, pk, 0, 0, step FROM seen WHERE pk = %s::bigint "


def figures(lines: tuple[str, Sequence[Any]], asked: Asked) -> Figures:
    """The figures of the deals that `lines` finds: a statement of FIELDS, and its values (one statement)."""
    sql, values = lines
    first = asked.today.replace(day=1)
    sent = [
        *values, type_of(Deal).pk, type_of(Task).pk, *asked.places.values(asked.today), asked.now, asked.user_id,
        first, _month_after(first),
    ]  # fmt: skip
    if asked.cards:
        sent += [list(asked.cards), *map(list, zip(*asked.cards.values(), strict=True))]
    if asked.deal is not None:
        sent.append(asked.deal)
    order = _ANY if any(code for _most, code in asked.cards.values()) else _USUAL
    whole = _statement(sql, asked.places, asked.keeps if asked.cards else "", order, asked.deal is not None)
    with connection.cursor() as cursor:
        cursor.execute(Planned(whole) if isinstance(sql, Planned) else whole, sent)
        return _read(cursor.fetchall())


def _read(rows: Iterable[tuple[Any, ...]]) -> Figures:
    found = Figures()
    for part, place, care, is_mine, this_month, number, amount, weight, step in rows:
        if part == 0:
            found.groups.append(Alike(place, care, is_mine, this_month, number, amount, weight))
            continue
        found.steps[number] = step
        if part == 1:
            found.chosen.append((place, number))
        else:
            found.has_deal = True
    return found


@lru_cache(maxsize=256)
def _statement(lines: str, places: Places, keeps: str, order: str, with_deal: bool) -> str:
    """`keeps` is empty where no cards are asked for. The sums come first, then the cards in the order of each place."""
    said = ", ".join(f"'{status}'" for status in OPEN)
    seen = _SEEN.format(lines=lines, place=places.sql, kept=places.kept, open=said)
    cards = _CARDS.format(keeps=keeps, order=order, kind=places.kind) if keeps else ""
    return f"{seen}{cards}{_DEAL if with_deal else ''}ORDER BY part, amount"


def _month_after(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def lines_of(deals: QuerySet[Deal], *, closed_since: datetime) -> tuple[str, Sequence[Any]]:
    """The open deals, and those closed since a moment, as `figures` takes them."""
    return _counted(deals, closed_since).query.sql_with_params()


def lines_of_pipeline(
    pipeline_id: int, user: Any, within: scope.Scope, *, closed_since: datetime, stages: Iterable[int] = ()
) -> tuple[str, Sequence[Any]]:
    """The same of all deals of a pipeline that the user may see, or of some of its stages."""
    if chosen := list(stages):
        return _lines_of_stages(within)(closed_since, chosen, user)
    return _lines_of_all(within)(pipeline_id, closed_since, user)


def _counted(deals: QuerySet[Deal], closed_since: Any) -> QuerySet[Deal, Any]:
    closed = Q(status__in=[DealStatus.WON, DealStatus.LOST], closed_at__gte=closed_since)  # as the index knows them
    rows = deals.filter(Q(status=DealStatus.OPEN) | closed).order_by()
    return rows.values_list(*FIELDS)


@lru_cache(maxsize=64)
def _lines_of_all(within: scope.Scope) -> Callable[..., tuple[str, Sequence[Any]]]:
    def build(pipeline: Any, since: Any, user: Any) -> QuerySet[Any, Any]:
        return _counted(deals_on_board(pipeline, user, within), since)

    return remembered_part(build)


@lru_cache(maxsize=64)
def _lines_of_stages(within: scope.Scope) -> Callable[..., tuple[str, Sequence[Any]]]:
    def build(since: Any, stages: Any, user: Any) -> QuerySet[Any, Any]:
        # A stage is of one pipeline: to ask for it as well would have PostgreSQL look through all its deals.
        return _counted(deals_seen(user, within).filter(stage__any=stages), since)

    return remembered_part(build)
