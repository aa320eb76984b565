"""From the estimate of an order to what it cost: which material, work or service made the difference, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.money import ZERO, cents
from core.quantities import NOTHING
from sales import ports
from sales.choices import EstimateKind, EstimateStatus, OrderCostKind
from sales.models import EstimateCost, EstimateRequest, SalesOrder
from sales.selectors.results import costs_until

USAGE, PRICE, COST = "usage", "price", "cost"
MEASURED = {EstimateKind.MATERIAL, EstimateKind.WORK}
OF_GOODS = {OrderCostKind.GOODS, OrderCostKind.LATE_COST}
KIND_OF = {
    OrderCostKind.TRANSPORT: EstimateKind.TRANSPORT,
    OrderCostKind.INSTALLATION: EstimateKind.INSTALLATION,
    OrderCostKind.OTHER: EstimateKind.OTHER,
}
ORDER = list(EstimateKind)


@dataclass(frozen=True)
class BridgePart:
    """One step from estimated to actual cost; positive made the order dearer. Base currency.

    `effect` is usage (another quantity, at the estimate's last price), price (the rest of the difference) or
    cost (nothing was measured in quantities, or nothing was estimated).
    """

    kind: EstimateKind
    code: str
    effect: str
    amount: Decimal


@dataclass(frozen=True)
class _Cost:
    code: str = ""
    qty: Decimal = NOTHING
    amount: Decimal = ZERO
    last_price: Decimal = Decimal(0)

    def plus(self, *, code: str, qty: Decimal, amount: Decimal, last_price: Decimal = Decimal(0)) -> _Cost:
        return _Cost(
            code=self.code or code,
            qty=self.qty + qty,
            amount=self.amount + amount,
            last_price=last_price or self.last_price,
        )


_Key = tuple[EstimateKind, str]


def margin_bridge(order_id: int, at: datetime | None = None) -> list[BridgePart]:
    """The parts by which an order's cost as of `at` (or now) differs from its estimate; zero parts are left out.

    The parts add up exactly to actual less estimated cost. Materials and work are compared by quantity: usage =
    difference in quantity × the last unit cost of the estimate, price = what remains. Goods whose making is not
    known in detail make one part of their own. Without an estimate everything is a difference.
    """
    estimated, actual = _estimated(order_id), _actual(order_id, at)
    parts: list[BridgePart] = []
    for key in sorted({*estimated, *actual}, key=lambda key: (ORDER.index(key[0]), key[1])):
        parts += _compare(key, estimated.get(key), actual.get(key, _Cost()))
    return [part for part in parts if part.amount]


def _compare(key: _Key, planned: _Cost | None, real: _Cost) -> Iterable[BridgePart]:
    kind, code = key[0], (planned.code if planned and planned.code else real.code)
    difference = real.amount - (planned.amount if planned else ZERO)
    if planned is None or kind not in MEASURED or not planned.qty:
        return [BridgePart(kind, code, COST, difference)]
    usage = cents((real.qty - planned.qty) * planned.last_price)
    return [BridgePart(kind, code, USAGE, usage), BridgePart(kind, code, PRICE, difference - usage)]


def _estimated(order_id: int) -> dict[_Key, _Cost]:
    order = SalesOrder.objects.select_related("quote").get(pk=order_id)
    request_id = order.quote.estimate_id if order.quote else None
    if request_id is None and order.deal_id is not None:
        answered = EstimateRequest.objects.filter(deal=order.deal_id, status=EstimateStatus.ANSWERED)
        request_id = answered.order_by("-answered_at", "-pk").values_list("pk", flat=True).first()
    found: dict[_Key, _Cost] = defaultdict(_Cost)
    for row in EstimateCost.objects.filter(request=request_id).select_related("item", "for_item").order_by("pk"):
        kind = EstimateKind(row.kind)
        code = row.code or (row.item.sku if row.item else row.for_item.sku)
        key = _key(kind, code)
        found[key] = found[key].plus(code=code, qty=row.qty, amount=row.amount, last_price=row.last_price)
    return found


def _actual(order_id: int, at: datetime | None) -> dict[_Key, _Cost]:
    found: dict[_Key, _Cost] = defaultdict(_Cost)
    told = ZERO
    for voice in ports.actual_costs(order_id, at):
        for part in voice:
            key = _key(EstimateKind(part.kind), part.code)
            found[key] = found[key].plus(code=part.code, qty=part.qty, amount=part.amount)
            told += part.amount
    goods = ZERO
    for row in costs_until(at).filter(order=order_id).select_related("move__item").order_by("pk"):
        kind = OrderCostKind(row.kind)
        if kind in OF_GOODS:
            goods += row.amount
        elif kind == OrderCostKind.SITE_PARTS and row.move is not None:
            key = _key(EstimateKind.MATERIAL, row.move.item.sku)
            found[key] = found[key].plus(code=row.move.item.sku, qty=row.move.qty, amount=row.amount)
        else:
            key = _key(KIND_OF.get(kind, EstimateKind.OTHER), "")
            found[key] = found[key].plus(code="", qty=NOTHING, amount=row.amount)
    if goods != told:
        found[EstimateKind.MATERIAL, ""] = _Cost(code="", amount=goods - told)
    return found


def _key(kind: EstimateKind, code: str) -> _Key:
    """Materials and work are told apart by their codes; a service is one thing per kind."""
    return (kind, code if kind in MEASURED else "")
