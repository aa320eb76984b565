"""How the rows behind an indicator say which part of it they are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Case, DecimalField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from reports.indicators import Rows

MONEY = DecimalField(max_digits=24, decimal_places=6)
ONE, NONE = Value(Decimal(1), output_field=MONEY), Value(Decimal(0), output_field=MONEY)


def parts(rows: QuerySet[Any], part: Combinable, whole: Combinable | None = None) -> Rows:
    """The rows with their `part` of the figure, and for ratios the `whole` it is a part of."""
    return rows.annotate(part=part) if whole is None else rows.annotate(part=part, whole=whole)


def one_where(condition: Q) -> Combinable:
    """1 for rows that meet a condition, else 0."""
    return Case(When(condition, then=ONE), default=NONE, output_field=MONEY)
