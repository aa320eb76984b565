"""What would it cost? Asked by a seller, answered once by production."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core import events, policy
from core.actors import Actor, user_or_none
from core.money import ZERO, cents, unit_price
from core.quantities import qty as to_qty
from core.transactions import command
from sales.choices import DealStatus, EstimateStatus
from sales.errors import DealClosed, EmptyDocument, EstimateClosed, LineOutOfRange
from sales.events import EstimateAnswered, EstimateRequested
from sales.models import EstimateCost, EstimateLine, EstimateRequest
from sales.services.deals import locked_deal

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class CostPart:
    """One part of an answer: `amount` for making or doing `for_item_id`, by a component, centre or service.

    `qty` is base units of `item_id` or minutes of the centre `code`; `last_price` the unit cost of the last slice.
    """

    for_item_id: int
    kind: str
    amount: Decimal
    code: str = ""
    item_id: int | None = None
    qty: Decimal = ZERO
    last_price: Decimal = ZERO


@command
def request_estimate(
    *,
    deal_id: int,
    lines: Sequence[tuple[int, Decimal]],
    at: datetime,
    by: Actor,
    due_on: date | None = None,
    asked_of_id: int | None = None,
) -> EstimateRequest:
    """Ask what (item, quantity) lines would cost. The same open question returns the first request.

    Quantities of an item named twice add up. Locks the deal. Raises DealClosed, EmptyDocument, LineOutOfRange.
    """
    deal = locked_deal(deal_id, by, "sales.request_estimate")
    if deal.status != DealStatus.OPEN:
        raise DealClosed(deal=deal, status=deal.get_status_display())
    wanted: dict[int, Decimal] = {}
    for item_id, quantity in lines:
        if quantity <= 0:
            raise LineOutOfRange(sku=item_id)
        wanted[item_id] = wanted.get(item_id, ZERO) + to_qty(quantity)
    if not wanted:
        raise EmptyDocument()
    for request in EstimateRequest.objects.filter(deal=deal, status=EstimateStatus.ASKED).prefetch_related("lines"):
        if {line.item_id: line.qty for line in request.lines.all()} == wanted:
            return request
    request = EstimateRequest.objects.create(
        deal=deal, asked_at=at, due_on=due_on, asked_of_id=asked_of_id, created_by=user_or_none(by)
    )
    EstimateLine.objects.bulk_create([EstimateLine(request=request, item_id=pk, qty=wanted[pk]) for pk in wanted])
    events.publish(EstimateRequested(request_id=request.pk))
    return request


@command
def answer_estimate(
    *,
    request_id: int,
    costs: Sequence[CostPart],
    lead_days: int | None,
    remark: str,
    at: datetime,
    by: Actor,
) -> EstimateRequest:
    """Answer a request with the parts of its cost (to the cent) and the lead time in working days.

    An answered request stays as it is: a change is a new question. Locks the request. Raises EstimateClosed when
    it was refused.
    """
    request = EstimateRequest.objects.locked().select_related("deal").get(pk=request_id)
    policy.require(by, "sales.answer_estimate", request)
    if request.status == EstimateStatus.ANSWERED:
        return request
    if request.status == EstimateStatus.REFUSED:
        raise EstimateClosed(status=request.get_status_display())
    EstimateCost.objects.bulk_create(
        [
            EstimateCost(
                request=request, for_item_id=part.for_item_id, kind=part.kind, item_id=part.item_id, code=part.code,
                qty=to_qty(part.qty), amount=cents(part.amount), last_price=unit_price(part.last_price),
            )
            for part in costs
        ]
    )  # fmt: skip
    request.cost = sum((cents(part.amount) for part in costs), ZERO)
    _close(request, EstimateStatus.ANSWERED, at=at, by=by, lead_days=lead_days, remark=remark)
    logger.info("estimate answered", extra={"request_id": request.pk})
    return request


@command
def refuse_estimate(*, request_id: int, remark: str, at: datetime, by: Actor) -> EstimateRequest:
    """Say that it cannot be done, and why. A refused request stays as it is. Raises EstimateClosed when answered."""
    request = EstimateRequest.objects.locked().select_related("deal").get(pk=request_id)
    policy.require(by, "sales.answer_estimate", request)
    if request.status == EstimateStatus.REFUSED:
        return request
    if request.status == EstimateStatus.ANSWERED:
        raise EstimateClosed(status=request.get_status_display())
    _close(request, EstimateStatus.REFUSED, at=at, by=by, lead_days=None, remark=remark)
    return request


def _close(
    request: EstimateRequest, status: EstimateStatus, *, at: datetime, by: Actor, lead_days: int | None, remark: str
) -> None:
    request.status, request.answered_at, request.answered_by = status, at, user_or_none(by)
    request.lead_days, request.remark = lead_days, remark
    request.save(update_fields=["status", "answered_at", "answered_by", "lead_days", "remark", "cost"])
    events.publish(EstimateAnswered(request_id=request.pk))
