"""Orders whose goods were shipped, and what shipping left behind: demands, shipments, costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from core.models import Organization
from core.services.numbers import take_numbers
from inventory.models import Demand
from sales.models import OrderCost, OrderLine, OrderTax, SalesOrder, Shipment, ShipmentLine
from samples.volume.company import TAX_PERCENT
from samples.volume.copying import Row, copy, money
from samples.volume.goods import Out, Stock
from samples.volume.plan import LINES_PER_ORDER, WAREHOUSES


@dataclass(frozen=True)
class Order:
    """One order: its key, where its goods lay, who bought them, what it is worth (cents)."""

    number: int
    warehouse: int
    client: int
    owner: int
    outs: list[Out]
    prices: list[int]

    @property
    def lines(self) -> list[int]:
        """The keys of its lines."""
        first = (self.number - 1) * LINES_PER_ORDER + 1
        return [first + nth for nth in range(len(self.outs))]

    @property
    def nets(self) -> list[int]:
        return [out.qty * price for out, price in zip(self.outs, self.prices, strict=True)]

    @property
    def net(self) -> int:
        return sum(self.nets)

    @property
    def tax(self) -> int:
        return (self.net * TAX_PERCENT + 50) // 100

    @property
    def shipped(self) -> datetime:
        return self.outs[0].at

    @property
    def ordered(self) -> datetime:
        return self.shipped - timedelta(days=4)

    @property
    def fate(self) -> str:
        """Of 25 invoices 20 are paid, two in part, three not."""
        place = self.number % 25
        return "paid" if place < 20 else "part" if place < 22 else "open"


def all_orders(stock: Stock) -> list[Order]:
    """In the order of time."""
    dice, company = stock.plan.random("orders"), stock.company
    made = []
    for number in range(1, stock.plan.orders + 1):
        warehouse, turn = (number - 1) % WAREHOUSES, (number - 1) // WAREHOUSES * LINES_PER_ORDER
        outs = stock.outs[warehouse][turn : turn + LINES_PER_ORDER]
        prices = [stock.prices[out.item - 1] for out in outs]
        client, owner = dice.randint(1, stock.plan.companies), dice.choice(company.sellers)
        made.append(Order(number, warehouse, client, owner, outs, prices))
    return made


def numbers(kind: str, organization: Organization, days: list[datetime]) -> list[str]:
    """Numbers of a series for moments in the order of time, taken from the service that gives them out."""
    found: list[str] = []
    for _year, group in groupby(days, key=lambda day: day.year):
        together = list(group)
        found += take_numbers(kind, len(together), organization=organization, on=together[0].date())
    return found


def load(stock: Stock, orders: list[Order]) -> dict[str, int]:
    """Rows of a document before the document: an order that is out takes no new lines."""
    organization = Organization.objects.get(pk=stock.company.organization)
    named = numbers("sales_order", organization, [order.ordered for order in orders])
    notes = numbers("shipment", organization, [order.shipped for order in orders])
    heads = (
        "id organization branch warehouse number status client legal_entity owner currency ordered_at confirmed_at"
        " done_at promised_on first_promised_on net_amount tax_amount gross_amount"
    )
    return {
        "order lines": copy(
            OrderLine,
            "id order position item qty unit_price tax_percent net_amount cost_amount shipped_qty invoiced_qty",
            lines(orders),
        ),
        "order taxes": copy(OrderTax, "order percent net_amount tax_amount", taxes(orders)),
        "orders": copy(SalesOrder, heads, heads_of(stock, orders, named)),
        "shipments": copy(
            Shipment, "id order number status warehouse shipped_at delivered_on", shipments(stock, orders, notes)
        ),
        "shipment lines": copy(ShipmentLine, "shipment order_line qty move", shipped_lines(orders)),
        "demands": copy(Demand, "key item warehouse label qty done_qty due_on status", demands(stock, orders, named)),
        "order costs": copy(
            OrderCost, "order line kind amount label move occurred_at recorded_at source_key", costs(orders)
        ),
    }  # fmt: skip


def lines(orders: list[Order]) -> Iterator[Row]:
    for order in orders:
        rows = zip(order.lines, order.outs, order.prices, order.nets, strict=True)
        for position, (line, out, price, net) in enumerate(rows, start=1):
            yield (
                line, order.number, position, out.item, out.qty, money(price), TAX_PERCENT, money(net),
                money(out.value), out.qty, out.qty,
            )  # fmt: skip


def taxes(orders: list[Order]) -> Iterator[Row]:
    for order in orders:
        yield order.number, TAX_PERCENT, money(order.net), money(order.tax)


def heads_of(stock: Stock, orders: list[Order], named: list[str]) -> Iterator[Row]:
    company = stock.company
    for order, name in zip(orders, named, strict=True):
        promised = order.shipped.date().isoformat()
        yield (
            order.number, company.organization, company.branches[order.warehouse], company.warehouses[order.warehouse],
            name, "done", order.client, order.client, order.owner, company.currency,
            order.ordered.isoformat(), order.ordered.isoformat(), order.shipped.isoformat(),
            promised, promised, money(order.net), money(order.tax), money(order.net + order.tax),
        )  # fmt: skip


def shipments(stock: Stock, orders: list[Order], notes: list[str]) -> Iterator[Row]:
    for order, note in zip(orders, notes, strict=True):
        yield (
            order.number, order.number, note, "delivered", stock.company.warehouses[order.warehouse],
            order.shipped.isoformat(), order.shipped.date().isoformat(),
        )  # fmt: skip


def shipped_lines(orders: list[Order]) -> Iterator[Row]:
    for order in orders:
        for line, out in zip(order.lines, order.outs, strict=True):
            yield order.number, line, out.qty, out.move


def demands(stock: Stock, orders: list[Order], named: list[str]) -> Iterator[Row]:
    for order, name in zip(orders, named, strict=True):
        for line, out in zip(order.lines, order.outs, strict=True):
            yield (
                f"sales.line:{line}", out.item, stock.company.warehouses[order.warehouse], name, out.qty, out.qty,
                order.shipped.date().isoformat(), "done",
            )  # fmt: skip


def costs(orders: list[Order]) -> Iterator[Row]:
    for order in orders:
        for line, out in zip(order.lines, order.outs, strict=True):
            at = out.at.isoformat()
            yield (
                order.number, line, "goods", money(out.value), f"P-{out.item:06d}", out.move, at, at,
                f"sales.goods:{out.move}",
            )  # fmt: skip
