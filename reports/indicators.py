"""Figures with a name. Each knows its value and the records behind it, and the records add up to the value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.functional import Promise

from core import policy
from core.access import scope as places
from core.access.scope import Scope as Place
from core.actors import SYSTEM, Actor
from core.money import ZERO, percent_of
from reports.errors import UnknownIndicator
from reports.selectors.period import Scope, evening


@dataclass(frozen=True)
class Params:
    """What an indicator is asked about. Period figures use both days, as-of figures the end of `last`.

    `stage`, `campaign_id` and `pipeline_id` matter only to indicators that need them; `owner_id` narrows those that
    are about somebody's deals, leads and orders, `age` receivables by how late they are, `only` sales by the sides of
    `selectors.sides`. `place` and `in_zone` are those of `Scope`; `main_id` is the main pipeline where it is known.
    """

    first: date
    last: date
    reader: Actor = SYSTEM
    pipeline_id: int | None = None
    stage: str = ""
    campaign_id: int | None = None
    owner_id: int | None = None
    age: str = ""
    only: tuple[tuple[str, int | None], ...] = ()
    place: Place = places.ALL
    in_zone: tzinfo | None = None
    main_id: int | None = None

    @property
    def scope(self) -> Scope:
        """The days of the period."""
        return Scope(self.first, self.last, reader=self.reader, place=self.place, in_zone=self.in_zone)

    @property
    def ever(self) -> Scope:
        """The same reader and place without days."""
        return Scope(reader=self.reader, place=self.place, in_zone=self.in_zone)

    @property
    def evening(self) -> datetime:
        """The end of the last day."""
        return evening(self.last, self.in_zone)

    @property
    def is_now(self) -> bool:
        """Does the period reach to the present, so that the present state is the state at its end?"""
        return self.evening >= timezone.now()

    def of_owner(self, rows: QuerySet[Any], path: str = "owner") -> QuerySet[Any]:
        return rows if self.owner_id is None else rows.filter(**{path: self.owner_id})


Rows = QuerySet[Any]
Records = Callable[[Params], Sequence[Rows]]


@dataclass(frozen=True)
class Indicator:
    """A named figure.

    `records` are querysets of the rows behind it, each row annotated with its `part` of the figure; a ratio
    has the `whole` as well and is Σ part / Σ whole × 100. `value` computes the figure its own, shorter way.
    `action` is the right to see it. `unit` is "count", "money" or "percent".
    """

    code: str
    label: str | Promise
    unit: str
    action: str
    value: Callable[[Params], Decimal]
    records: Records
    part_label: str | Promise = ""
    help: str | Promise = ""

    def is_for(self, reader: Actor) -> bool:
        """May he see the figure at all?"""
        return policy.allows(reader, "reports.view_indicators") and policy.allows(reader, self.action)

    def value_for(self, params: Params) -> Decimal:
        """The figure, for a reader who may see it. Raises NotAllowed."""
        self._require(params)
        return self.value(params)

    def records_for(self, params: Params) -> Sequence[Rows]:
        """The rows behind the figure, for a reader who may see it. Raises NotAllowed."""
        self._require(params)
        return self.records(params)

    def _require(self, params: Params) -> None:
        policy.require(params.reader, "reports.view_indicators")
        policy.require(params.reader, self.action)


def sum_of_records(indicator: Indicator, params: Params) -> Decimal:
    """The figure recomputed from its records; for percentages two places."""
    part, whole = Decimal(0), Decimal(0)
    for rows in indicator.records(params):
        sums = {"part_sum": Sum("part")}
        if indicator.unit == "percent":
            sums["whole_sum"] = Sum("whole")
        found = rows.order_by().aggregate(**sums)
        part += found["part_sum"] or ZERO
        whole += found.get("whole_sum") or ZERO
    return percent_of(part, whole) if indicator.unit == "percent" else part


_indicators: dict[str, Indicator] = {}


def register(*indicators: Indicator) -> None:
    """Make indicators known; a code is registered once."""
    for indicator in indicators:
        if indicator.code in _indicators:
            raise RuntimeError(f"indicator {indicator.code} is registered twice")
        _indicators[indicator.code] = indicator


def indicator(code: str) -> Indicator:
    """The indicator of that code. Raises UnknownIndicator."""
    try:
        return _indicators[code]
    except KeyError:
        raise UnknownIndicator(code=code) from None


def indicators() -> dict[str, Indicator]:
    """All indicators by code."""
    return dict(sorted(_indicators.items()))
