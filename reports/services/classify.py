"""Classifications that are kept with their parameters, so that they can be computed again and compared."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core import policy
from core.actors import Actor, user_or_none
from core.transactions import command
from reports.choices import ClassificationKind
from reports.errors import NothingToClassify
from reports.models import Classification, ClassificationRow
from reports.selectors import abc, sales, xyz
from reports.selectors.period import Scope, business_zone

ITEMS = "inventory.item"


@command
def classify_items_abc(
    *,
    first: date,
    last: date,
    at: datetime,
    by: Actor,
    a_limit: Decimal = abc.A_LIMIT,
    b_limit: Decimal = abc.B_LIMIT,
    including: bool = True,
) -> Classification:
    """Store the ABC classes of the items sold from `first` to `last`, by revenue (both days included).

    Each call stores a new classification: figures of a period may change until it is closed. Raises
    NothingToClassify. Four statements for any number of items.
    """
    policy.require(by, "reports.classify")
    sold = sales.item_sales(Scope(first, last))
    if not sold:
        raise NothingToClassify(first=first, last=last)
    rows = abc.classify(
        [(row.item_id, row.revenue) for row in sold], a_limit=a_limit, b_limit=b_limit, including=including
    )
    kept = _start(
        ClassificationKind.ABC, first, last, at, by,
        {"a_limit": str(a_limit), "b_limit": str(b_limit), "including": including},
    )  # fmt: skip
    ClassificationRow.objects.bulk_create(
        [
            ClassificationRow(
                classification=kept, record_id=row.key, letter=row.letter, figure=row.amount, share=row.cumulated_pct,
                rank=row.rank,
            )
            for row in rows
        ]
    )  # fmt: skip
    return kept


@command
def classify_items_xyz(
    *,
    year: int,
    at: datetime,
    by: Actor,
    x_limit: Decimal = xyz.X_LIMIT,
    y_limit: Decimal = xyz.Y_LIMIT,
    sample: bool = False,
) -> Classification:
    """Store the XYZ classes of the items sold in a year, by their units per month; steadiest first.

    The figure of a row is its mean per month, its share the coefficient of variation in per cent. Each call
    stores a new classification. Raises NothingToClassify.
    """
    policy.require(by, "reports.classify")
    first, last = date(year, 1, 1), date(year, 12, 31)
    series = sales.monthly_units(year)
    if not series:
        raise NothingToClassify(first=first, last=last)
    found = {
        item: xyz.classify_series(units, x_limit=x_limit, y_limit=y_limit, sample=sample)
        for item, units in series.items()
    }
    kept = _start(
        ClassificationKind.XYZ, first, last, at, by,
        {"x_limit": str(x_limit), "y_limit": str(y_limit), "sample": sample},
    )  # fmt: skip
    steadiest = sorted(found, key=lambda item: (found[item].cv_pct is None, found[item].cv_pct, item))
    ClassificationRow.objects.bulk_create(
        [
            ClassificationRow(
                classification=kept, record_id=item, letter=found[item].letter, figure=found[item].mean,
                share=found[item].cv_pct, rank=rank,
            )
            for rank, item in enumerate(steadiest, start=1)
        ]
    )  # fmt: skip
    return kept


def _start(
    kind: ClassificationKind, first: date, last: date, at: datetime, by: Actor, parameters: dict[str, Any]
) -> Classification:
    return Classification.objects.create(
        kind=kind,
        subject=ITEMS,
        starts_on=first,
        ends_on=last,
        parameters={**parameters, "zone": str(business_zone())},
        computed_at=at,
        by=user_or_none(by),
    )
