"""Where deals are lost: by the stage they stood in and by the reason given."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, OuterRef, Subquery, Sum

from core.money import ZERO
from reports.definitions.deals import closed
from reports.indicators import Params
from sales.choices import DealStatus, LossReason, StageCategory
from sales.models import StageChange


@dataclass(frozen=True)
class Loss:
    """Deals lost from one stage for one reason."""

    stage: str
    reason: str
    deals: int
    amount: Decimal


def losses(params: Params) -> list[Loss]:
    """Deals lost in the period, the most first (one statement)."""
    left = StageChange.objects.filter(deal=OuterRef("pk"), to_stage__category=StageCategory.LOST).order_by("-seq")
    rows = closed(params).filter(status=DealStatus.LOST).order_by()
    grouped = rows.annotate(lost_from=Subquery(left.values("from_stage__name")[:1])).values("lost_from", "lost_reason")
    found = grouped.annotate(n=Count("pk"), total=Sum("amount"))
    words = dict(LossReason.choices)
    return sorted(
        (
            Loss(row["lost_from"] or "", str(words.get(row["lost_reason"], "")), row["n"], row["total"] or ZERO)
            for row in found
        ),
        key=lambda loss: (-loss.deals, -loss.amount, loss.stage),
    )
