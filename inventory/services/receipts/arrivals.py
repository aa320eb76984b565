"""What arrived against an order, checked before anything is posted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core.money import ZERO, cents
from core.quantities import NOTHING
from inventory.choices import CostKey
from inventory.errors import LineOfAnotherOrder, NothingReceived, NotPositive, ReceiptTooLarge
from inventory.models import Location, Lot, PurchaseOrder, PurchaseOrderLine
from inventory.services import goods, lots, places
from inventory.services.receipts.sharing import Portion, shares


@dataclass(frozen=True)
class ReceivedLine:
    """`qty` (base unit) arrived for a purchase line, of which `rejected_qty` goes back at once and is not stocked.

    Without a place the goods go to the warehouse's default one. A new `lot_code` makes the lot.
    """

    order_line_id: int
    qty: Decimal
    rejected_qty: Decimal = NOTHING
    location_id: int | None = None
    lot_code: str = ""


@dataclass(frozen=True)
class Landed:
    """Freight, customs or the like that came with the goods, in base currency, shared over the lines by `key`."""

    label: str
    amount: Decimal
    key: CostKey = CostKey.VALUE


@dataclass(frozen=True)
class Arrival:
    """A received line with what it belongs to; `value` is quantity × price in base currency, to the cent."""

    given: ReceivedLine
    line: PurchaseOrderLine
    accepted: Decimal
    value: Decimal
    landed: Decimal
    location: Location
    lot: Lot | None


def check(order: PurchaseOrder, lines: Sequence[ReceivedLine]) -> dict[int, PurchaseOrderLine]:
    """The order's lines with their items, after all rules about quantities were kept (two statements)."""
    if not lines:
        raise NothingReceived
    goods.check_quantities(lines)
    found = {line.pk: line for line in order.lines.all()}
    items = goods.stocked_items({line.item_id for line in found.values()})
    for line in found.values():
        line.item = items[line.item_id]
    accepted: dict[int, Decimal] = defaultdict(lambda: NOTHING)
    for given in lines:
        if given.order_line_id not in found:
            raise LineOfAnotherOrder(number=order.number)
        if not 0 <= given.rejected_qty <= given.qty:
            raise NotPositive(what=_("The accepted quantity"))
        accepted[given.order_line_id] += given.qty - given.rejected_qty
    for pk, qty in accepted.items():
        line = found[pk]
        open_qty = line.qty - (line.received_qty - line.rejected_qty)
        if qty > open_qty + line.qty * line.item.tolerance_pct / 100:
            raise ReceiptTooLarge.of(
                sku=line.item.sku, received=qty, open_qty=open_qty, unit=line.item.unit.code, number=order.number
            )
    return found


def arrivals_of(
    order: PurchaseOrder,
    lines: Sequence[ReceivedLine],
    order_lines: dict[int, PurchaseOrderLine],
    landed: Sequence[Landed],
    rate: Decimal,
) -> tuple[list[Arrival], list[list[Decimal]]]:
    """Lines with their values and places, and per landed cost its shares, line by line."""
    default = places.default_location(order.warehouse_id)
    chosen = places.locations(line.location_id for line in lines if line.location_id is not None)
    named = lots.named_lots({(order_lines[li.order_line_id].item_id, li.lot_code) for li in lines if li.lot_code})
    accepted = [given.qty - given.rejected_qty for given in lines]
    values = [
        cents(qty * order_lines[given.order_line_id].price * rate) for given, qty in zip(lines, accepted, strict=True)
    ]
    portions = [
        Portion(value=value, qty=qty, unit_weight=order_lines[given.order_line_id].item.weight_kg)
        for given, qty, value in zip(lines, accepted, values, strict=True)
    ]
    cost_shares = [shares(cost.amount, portions, cost.key) for cost in landed]
    arrivals = [
        Arrival(
            given=given,
            line=order_lines[given.order_line_id],
            accepted=accepted[n],
            value=values[n],
            landed=sum((row[n] for row in cost_shares), ZERO),
            location=chosen.get(given.location_id, default) if given.location_id else default,
            lot=named.get((order_lines[given.order_line_id].item_id, given.lot_code)),
        )
        for n, given in enumerate(lines)
    ]
    return arrivals, cost_shares
