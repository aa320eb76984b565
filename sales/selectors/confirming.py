"""What is looked at before an order is confirmed: the client's credit, and what is short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.money import ZERO, cents
from inventory.selectors.stock import availability
from sales import ports
from sales.models import OrderLine, SalesOrder
from sales.selectors.credit import uninvoiced_orders
from sales.selectors.orders import is_goods


@dataclass(frozen=True)
class Credit:
    """The client's limit and what is used of it; without a limit everything fits."""

    limit: Decimal | None
    receivable: Decimal
    overdue: Decimal
    on_order: Decimal
    amount: Decimal

    @property
    def used(self) -> Decimal:
        return self.receivable + self.on_order + self.amount

    @property
    def fits(self) -> bool:
        return self.limit is None or self.used <= self.limit


@dataclass(frozen=True)
class Short:
    """Goods that are not free in the warehouse: wanted, free now, missing."""

    line: OrderLine
    free: Decimal
    missing: Decimal


def credit_of(order: SalesOrder, on: date) -> Credit:
    """How a draft would stand against its client's credit limit (three statements)."""
    exposure = ports.credit_exposure(order.client_id, on)
    on_order = uninvoiced_orders(order.client_id)
    return Credit(order.client.credit_limit, exposure.receivable, exposure.overdue, on_order, cents(order.gross_amount))


def shortages(order: SalesOrder, lines: Sequence[OrderLine]) -> list[Short]:
    """What the warehouse could not set aside now; lines of one item share what is free (one statement)."""
    goods = [line for line in lines if is_goods(line)]
    if order.warehouse_id is None or not goods:
        return []
    stock = availability(order.warehouse_id, sorted({line.item_id for line in goods}))
    free = {pk: row.free for pk, row in stock.items()}
    found = []
    for line in goods:
        there = max(free.get(line.item_id, ZERO), ZERO)
        taken = min(there, line.qty)
        free[line.item_id] = there - taken
        if taken < line.qty:
            found.append(Short(line, taken, line.qty - taken))
    return found
