"""Estimates: proposed from what the lines would cost, answered or refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from core import policy
from core.actors import Actor
from core.calendars import Calendar
from core.money import ZERO, cents
from core.transactions import command
from inventory.choices import ItemType
from inventory.models import Warehouse
from production.errors import EstimateWithoutGoods, NoWarehouse, ProposalChanged
from production.promising import Promise
from production.selectors.promise import promise_for_lines
from production.selectors.workload import days_of
from production.services.costing import Costing, Key, key_of
from sales.choices import EstimateKind, EstimateStatus
from sales.models import EstimateRequest
from sales.services import estimates as asked
from sales.services.estimates import CostPart

Extra = tuple[int, EstimateKind, Decimal]


@dataclass(frozen=True)
class Proposal:
    """What production would answer: the parts of the cost and the lead time in working days."""

    parts: tuple[CostPart, ...]
    lead_days: int | None
    promise: Promise

    @property
    def total(self) -> Decimal:
        return sum((part.amount for part in self.parts), ZERO)


def propose(*, request: EstimateRequest, at: datetime, warehouse_id: int | None = None) -> Proposal:
    """Work out what a request would cost and how long it would take. Nothing is written.

    Material comes from free stock at the cost of its layers, the rest at the first supplier's price; parts that
    are made and not in stock are resolved into their material and work. The lead time is that of "Can we
    deliver?", in working days. Raises EstimateWithoutGoods, NoWarehouse.
    """
    lines = list(request.lines.select_related("item").order_by("pk"))
    goods = [(line.item_id, line.qty) for line in lines if line.item.type == ItemType.GOODS]
    if not goods:
        raise EstimateWithoutGoods()
    warehouse = _warehouse(request, warehouse_id)
    branch = warehouse.branch
    days = days_of({0: (branch.organization.calendar_id, branch.calendar_id)})[0]
    costing = Costing(goods, warehouse.pk, days.handling.day_of(at), branch.organization.currency_id)
    parts = tuple(costing.parts())
    promise = promise_for_lines(goods, warehouse.pk, at)
    lead_days = _working_days(days.handling, days.handling.day_of(at), promise.deliver_on)
    return Proposal(parts, lead_days, promise)


@command
def answer_request(
    *,
    request_id: int,
    at: datetime,
    by: Actor,
    extra: Sequence[Extra] = (),
    remark: str = "",
    warehouse_id: int | None = None,
    adjusted: Mapping[Key, Decimal] | None = None,
    lead_days: int | None = None,
    seen_total: Decimal | None = None,
) -> EstimateRequest:
    """Answer a request with the proposal, as the planner changed it.

    `extra` adds what production cannot know (item, kind, amount); `adjusted` gives parts of the proposal another
    amount, `lead_days` another time. `seen_total` is the total of the proposal the planner looked at: when stock or
    prices have changed it since, nothing is answered. An answered request stays as it is. Raises
    EstimateWithoutGoods, NoWarehouse, ProposalChanged.
    """
    request = EstimateRequest.objects.locked().select_related("deal__branch").get(pk=request_id)
    policy.require(by, "production.answer_estimate", request)
    if request.status == EstimateStatus.ANSWERED:
        return request
    proposal = propose(request=request, at=at, warehouse_id=warehouse_id)
    if seen_total is not None and seen_total != proposal.total:
        raise ProposalChanged()
    changed = adjusted or {}
    parts = [replace(part, amount=cents(changed.get(key_of(part), part.amount))) for part in proposal.parts]
    parts += [CostPart(for_item_id=item, kind=kind, amount=cents(amount)) for item, kind, amount in extra]
    return asked.answer_estimate(
        request_id=request.pk,
        costs=parts,
        lead_days=proposal.lead_days if lead_days is None else lead_days,
        remark=remark,
        at=at,
        by=by,
    )


@command
def refuse_request(*, request_id: int, remark: str, at: datetime, by: Actor) -> EstimateRequest:
    """Say that it cannot be made, and why. A second call changes nothing. Raises EstimateClosed when answered."""
    request = EstimateRequest.objects.locked().get(pk=request_id)
    policy.require(by, "production.answer_estimate", request)
    return asked.refuse_estimate(request_id=request.pk, remark=remark, at=at, by=by)


def _warehouse(request: EstimateRequest, warehouse_id: int | None) -> Warehouse:
    """The warehouse to plan for: the one named, else the oldest active one of the deal's branch."""
    warehouses = Warehouse.objects.select_related("branch__organization").filter(is_active=True)
    if warehouse_id is not None:
        return warehouses.get(pk=warehouse_id)
    found = warehouses.filter(branch=request.deal.branch).order_by("pk").first()
    if found is None:
        raise NoWarehouse(branch=request.deal.branch)
    return found


def _working_days(calendar: Calendar, start: date, end: date | None) -> int | None:
    """Working days after `start` up to and with `end`."""
    if end is None:
        return None
    return sum(calendar.works_on(start + timedelta(days=number)) for number in range(1, (end - start).days + 1))
