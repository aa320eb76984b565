"""A pipeline's deals as their board counts them: by stage, its worth, and how its next steps stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from core.money import ZERO, cents
from crm.models import Task
from sales.choices import DealStatus
from sales.models import Deal


class Line(NamedTuple):
    """One deal, as far as its column counts it."""

    pk: int
    stage: str
    status: str
    amount: Decimal
    probability: int
    owner_id: int | None
    expected_close: date | None
    closed_at: datetime | None


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
    closed = Q(status__in=[DealStatus.WON, DealStatus.LOST], closed_at__gte=closed_since)  # as the index knows them
    rows = deals.filter(Q(status=DealStatus.OPEN) | closed).order_by()
    columns = ("pk", "stage__code", *Line._fields[2:])
    return list(map(Line._make, rows.values_list(*columns)))


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
    drawn: str = ""

    def __str__(self) -> str:
        return self.name


_CARD = (
    "pk", "version", "name", "status", "stage_id", "stage__code", "stage__max_days", "client__name", "owner_id",
    "amount", "currency_id", "opened_at", "lost_reason", "owner__first_name", "owner__last_name", "owner__email",
)  # fmt: skip


def board_cards(deals: QuerySet[Deal]) -> dict[int, Card]:
    """The deals as cards, by their keys (one statement)."""
    return {row[0]: Card(*row) for row in deals.order_by().values_list(*_CARD)}


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
    open_ones = (line for line in lines if line.status == DealStatus.OPEN)
    return cents(sum((line.amount * line.probability / 100 for line in open_ones), ZERO))


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
