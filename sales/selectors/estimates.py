"""What an estimate says about each item."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from sales.choices import EstimateStatus
from sales.models import EstimateCost, EstimateLine, EstimateRequest


@dataclass(frozen=True)
class EstimatedItem:
    """`amount` is the estimated cost of `qty` base units; qty None: of whatever is sold of it."""

    amount: Decimal
    qty: Decimal | None


def latest_answer(deal_id: int) -> EstimateRequest | None:
    """The deal's last answered request."""
    answered = EstimateRequest.objects.filter(deal=deal_id, status=EstimateStatus.ANSWERED)
    return answered.order_by("-answered_at", "-pk").first()


def estimated_items(request_id: int) -> dict[int, EstimatedItem]:
    """Estimated cost per item asked about (two statements)."""
    asked = dict(EstimateLine.objects.filter(request=request_id).values_list("item_id", "qty"))
    sums = EstimateCost.objects.filter(request=request_id).values("for_item").annotate(amount=Sum("amount"))
    return {row["for_item"]: EstimatedItem(row["amount"], asked.get(row["for_item"])) for row in sums}
