"""A pipeline's deals as their board counts them: by stage, its worth, and how its next steps stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from core.access import scope
from core.models import User
from core.money import ZERO, cents
from core.remembered import remembered, remembered_for_all
from crm.models import Client, Task
from sales.choices import DealStatus
from sales.models import Deal, Pipeline, Stage, StageChange, StageDuty
from sales.selectors.closing import who_own


class Line(NamedTuple):
    """One deal, as far as its column counts it."""

    pk: int
    stage_id: int
    status: str
    amount: Decimal
    probability: int
    owner_id: int | None
    expected_close: date | None
    closed_at: datetime | None


# `Line._make` without its detours, for hundreds of rows.
_line = partial(tuple.__new__, Line)


@dataclass(frozen=True)
class Health:
    """How the next steps of a column's deals stand."""

    planned: int = 0
    late: int = 0
    missing: int = 0

    @property
    def total(self) -> int:
        return self.planned + self.late + self.missing

    @property
    def parts(self) -> list[tuple[str, float, float]]:
        """Tone, start and width in per cent of each part of the bar."""
        found, at = [], 0.0
        for tone, count in (("ok", self.planned), ("bad", self.late), ("warn", self.missing)):
            if count:
                width = 100 * count / self.total
                found.append((tone, round(at, 2), round(width, 2)))
                at += width
        return found


def board_lines(deals: QuerySet[Deal], *, closed_since: datetime) -> list[Line]:
    """The open deals, and those closed since a moment (one statement)."""
    return list(map(_line, _counted(deals, closed_since)))


def lines_of_pipeline(
    pipeline_id: int, user: Any, within: scope.Scope, *, closed_since: datetime, stages: Iterable[int] = ()
) -> list[Line]:
    """The same of all deals of a pipeline that the user may see, or of some of its stages (one statement)."""
    if chosen := list(stages):
        rows = _lines_of_stages(within)(closed_since, chosen, user)
    else:
        rows = _lines_of_all(within)(pipeline_id, closed_since, user)
    return list(map(_line, rows))


def _counted(deals: QuerySet[Deal], closed_since: Any) -> QuerySet[Deal, Any]:
    closed = Q(status__in=[DealStatus.WON, DealStatus.LOST], closed_at__gte=closed_since)  # as the index knows them
    rows = deals.filter(Q(status=DealStatus.OPEN) | closed).order_by()
    return rows.values_list("pk", *Line._fields[1:])


def deals_on_board(pipeline: Any, user: Any, within: scope.Scope) -> QuerySet[Deal]:
    """The deals of a pipeline that the user may see, where he works just now."""
    return _seen(user, within).filter(pipeline=pipeline)


def _seen(user: Any, within: scope.Scope) -> QuerySet[Deal]:
    return Deal.objects.visible_to(user, "sales.view_deal").filter(scope.condition(Deal, within))


@lru_cache(maxsize=64)
def _lines_of_all(within: scope.Scope) -> Callable[..., list[Any]]:
    def build(pipeline: Any, since: Any, user: Any) -> QuerySet[Any, Any]:
        return _counted(deals_on_board(pipeline, user, within), since)

    return remembered(build)


@lru_cache(maxsize=64)
def _lines_of_stages(within: scope.Scope) -> Callable[..., list[Any]]:
    def build(since: Any, stages: Any, user: Any) -> QuerySet[Any, Any]:
        # A stage is of one pipeline: to ask for it as well would have PostgreSQL look through all its deals.
        return _counted(_seen(user, within).filter(stage__any=stages), since)

    return remembered(build)


@lru_cache(maxsize=64)
def _owners(within: scope.Scope) -> Callable[..., list[Any]]:
    def build(pipeline: Any, user: Any) -> QuerySet[Any]:
        return who_own(deals_on_board(pipeline, user, within))

    return remembered(build)


def owners_of_pipeline(pipeline_id: int, user: Any, within: scope.Scope) -> list[User]:
    """Who has open deals among those of a pipeline that the user may see (one statement)."""
    return _owners(within)(pipeline_id, user)


@remembered_for_all
def _pipelines() -> QuerySet[Any]:
    return Pipeline.objects.filter(is_active=True).order_by("-is_default", "name")


@remembered_for_all
def _stages(pipeline: Any) -> QuerySet[Any]:
    duties = StageDuty.objects.filter(stage=OuterRef("pk"), is_required=True)
    rows = Stage.objects.filter(pipeline=pipeline, is_active=True)
    return rows.annotate(must_be_left_clean=Exists(duties)).order_by("position")


def pipelines_in_use() -> list[Pipeline]:
    """The default one first (one statement)."""
    return _pipelines()


def stages_in_use(pipeline_id: int) -> list[Stage]:
    """The stages of a pipeline in their order (one statement).

    `must_be_left_clean` says of each whether it asks for something before a deal may leave it.
    """
    return _stages(pipeline_id)


@dataclass(slots=True)
class Card:
    """One deal as its card shows it, and as a move needs it. `drawn` is its HTML."""

    pk: int
    version: int
    name: str
    status: str
    stage_id: int
    stage_code: str
    longest: int | None
    client: str | None
    owner_id: int | None
    amount: Decimal
    currency_id: str
    opened_at: datetime
    lost_reason: str
    first_name: str | None
    last_name: str | None
    email: str | None
    since: datetime | None
    drawn: str = ""

    def __str__(self) -> str:
        return self.name


_CARD = (
    "pk", "version", "name", "status", "stage_id", "stage__code", "stage__max_days", "its_client", "owner_id",
    "amount", "currency_id", "opened_at", "lost_reason", "owner__first_name", "owner__last_name", "owner__email",
    "since",
)  # fmt: skip


@remembered_for_all
def _cards(keys: Any) -> QuerySet[Any, Any]:
    # Asked for each deal: for hundreds of deals a join would read the names of all clients there are.
    names = Client.objects.filter(pk=OuterRef("client")).values("name")
    # A change of amount begins no new stay.
    moves = StageChange.objects.filter(deal=OuterRef("pk")).exclude(from_stage=F("to_stage")).order_by("-seq")
    rows = Deal.objects.filter(pk__any=keys).order_by()
    return rows.annotate(its_client=Subquery(names[:1]), since=Subquery(moves.values("at")[:1])).values_list(*_CARD)


def board_cards(keys: Iterable[int]) -> dict[int, Card]:
    """The deals of some keys as cards (one statement). `since` says since when each stands in its stage."""
    return {row[0]: Card(*row) for row in _cards(keys)} if keys else {}


def is_late(task: Task | None, now: datetime) -> bool:
    return task is not None and task.due_at is not None and task.due_at < now


def health(lines: Iterable[Line], steps: Mapping[int, Task], now: datetime) -> Health:
    """The open ones among the lines, by whether their next step is planned, late or missing."""
    planned = late = missing = 0
    for line in lines:
        if line.status != DealStatus.OPEN:
            continue
        if line.pk not in steps:
            missing += 1
        elif is_late(steps[line.pk], now):
            late += 1
        else:
            planned += 1
    return Health(planned, late, missing)


def weighted(lines: Iterable[Line]) -> Decimal:
    """Σ amount × chance of the open deals, to the cent at the end."""
    return cents(sum((line.amount * line.probability for line in lines if line.status == DealStatus.OPEN), ZERO) / 100)


def _usual(lines: Iterable[Line], steps: Mapping[int, Task], now: datetime) -> list[Line]:
    """What needs somebody first: late steps, then none, then by the day they are due; closed ones newest first."""

    def place(line: Line) -> tuple[object, ...]:
        if line.status != DealStatus.OPEN:
            return (3, -(line.closed_at.timestamp() if line.closed_at else 0), -line.pk)
        task = steps.get(line.pk)
        due = task.due_at.timestamp() if task is not None and task.due_at else float("inf")
        return (0 if is_late(task, now) else 1 if task is None else 2, due, -line.amount, -line.pk)

    return sorted(lines, key=place)  # type: ignore[arg-type,return-value]


# Other orders of a column, by the code its address carries.
ORDERS: dict[str, Callable[[Line], tuple[Any, ...]]] = {
    "amount": lambda line: (-line.amount, -line.pk),
    "closing": lambda line: (line.expected_close or date.max, -line.amount, -line.pk),
    "newest": lambda line: (-line.pk,),
}


def in_order(lines: Iterable[Line], steps: Mapping[int, Task], now: datetime, order: str = "") -> list[Line]:
    """The deals of a column in one of ORDERS; otherwise what needs somebody first."""
    return sorted(lines, key=ORDERS[order]) if order in ORDERS else _usual(lines, steps, now)
