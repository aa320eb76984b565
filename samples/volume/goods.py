"""Items and what moved: eight moves of each item in each warehouse, with the layers that carry their cost.

Three times goods come in (opening stock and two receipts), five times they go out. Of what goes out an order takes
all but the last fiftieth of the whole, which is scrapped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from inventory.models import CostLayer, Item, LayerUse, StockBalance, StockMove
from samples.volume.copying import NULL, Row, copy, money
from samples.volume.plan import COMING, GOING, LINES_PER_ORDER, WAREHOUSES, Company, Plan

THINGS = ("bracket", "panel", "frame", "valve", "hinge", "cable", "lamp", "board", "pump", "cover", "shaft", "filter")
LOOKS = ("small", "large", "steel", "brass", "black", "white", "coated", "short", "long", "heavy", "light", "double")
MOVES = COMING + GOING


@dataclass(frozen=True)
class Out:
    """Goods that left a warehouse: which, by which move, how many, worth how much (cents), when."""

    item: int
    move: int
    qty: int
    value: int
    at: datetime


@dataclass
class Stock:
    """The whole stock ledger, worked out once. `outs[warehouse]` are in the order in which goods left."""

    plan: Plan
    company: Company
    prices: list[int] = field(default_factory=list)  # sales price of each item, cents
    outs: list[list[Out]] = field(default_factory=list)
    moves: list[Row] = field(default_factory=list)
    layers: list[Row] = field(default_factory=list)
    uses: list[Row] = field(default_factory=list)
    balances: list[Row] = field(default_factory=list)

    @property
    def sold(self) -> int:
        """How many of a warehouse's goings belong to orders."""
        return self.plan.orders // WAREHOUSES * LINES_PER_ORDER

    def time_of(self, place: int) -> datetime:
        """When the goods at this place in the order of going leave."""
        return self.plan.at(0.02 + 0.93 * (place // LINES_PER_ORDER) / (self.plan.orders // WAREHOUSES))

    def work_out(self) -> None:
        dice = self.plan.random("goods")
        costs = [dice.randint(100, 40_000) for _item in range(self.plan.items)]
        self.prices = [cost * 17 // 10 for cost in costs]
        for warehouse in range(WAREHOUSES):
            items = list(range(1, self.plan.items + 1))
            dice.shuffle(items)
            outs: list[Out | None] = [None] * (self.plan.items * GOING)
            for place, item in enumerate(items):
                wanted = [dice.randint(1, 8) for _time in range(GOING)]
                spare = (dice.randint(0, 4), dice.randint(0, 6), dice.randint(0, 20))
                coming = [wanted[0] + wanted[1] + spare[0], wanted[2] + wanted[3] + spare[1], wanted[4] + spare[2]]
                cost = costs[item - 1]
                paid = [max(1, cost * dice.randint(95, 105) // 100) for _time in range(COMING)]
                self._pair(warehouse, item, place, wanted, coming, paid, outs)
            self.outs.append([out for out in outs if out is not None])

    def _pair(
        self, warehouse: int, item: int, place: int, wanted: list[int], coming: list[int], paid: list[int],
        outs: list[Out | None],
    ) -> None:  # fmt: skip
        """All moves of one item in one warehouse, first in, first out."""
        company, pair = self.company, warehouse * self.plan.items + item - 1
        here, branch, first = company.places[warehouse], company.branches[warehouse], pair * MOVES + 1
        times = [self.time_of(place + nth * self.plan.items) for nth in range(GOING)]
        arrivals = [self.plan.begins, times[2] - timedelta(days=2), times[4] - timedelta(days=2)]
        left = list(coming)
        for nth, (qty, cost, at) in enumerate(zip(coming, paid, arrivals, strict=True)):
            kind, source = ("receipt", "supplier") if nth else ("opening", "opening")
            self.moves.append(
                (
                    first + nth, item, kind, company.outside[source], here, branch, qty, money(qty * cost),
                    at.isoformat(), at.isoformat(), f"volume.{kind}:{first + nth}", "",
                )
            )  # fmt: skip
        for nth, (qty, at) in enumerate(zip(wanted, times, strict=True)):
            move, turn, value, rest = first + COMING + nth, place + nth * self.plan.items, 0, qty
            for layer in range(COMING):
                part = min(rest, left[layer])
                if part:
                    left[layer] -= part
                    rest -= part
                    value += part * paid[layer]
                    self.uses.append((pair * COMING + layer + 1, move, part, money(part * paid[layer])))
            outs[turn] = Out(item, move, qty, value, at)
            self.moves.append(self._going(warehouse, turn, outs[turn], here, branch))
        for layer, (qty, cost, at) in enumerate(zip(coming, paid, arrivals, strict=True)):
            self.layers.append(
                (
                    pair * COMING + layer + 1, item, company.warehouses[warehouse], first + layer, at.isoformat(),
                    qty, money(qty * cost), left[layer], money(left[layer] * cost),
                )
            )  # fmt: skip
        self.balances.append((item, here, sum(left)))

    def _going(self, warehouse: int, turn: int, out: Out | None, here: int, branch: int) -> Row:
        assert out is not None  # noqa: S101 - told to the type checker
        is_sold, at = turn < self.sold, out.at.isoformat()
        order, line = order_of(warehouse, turn)
        source = f"sales.shipment:{order}:{line}" if is_sold else f"volume.scrap:{out.move}"
        return (
            out.move, out.item, "shipment" if is_sold else "scrap", here,
            self.company.outside["customer" if is_sold else "loss"], branch, out.qty, money(out.value), at, at, source,
            f"DN-{order}" if is_sold else "",
        )  # fmt: skip


def order_of(warehouse: int, turn: int) -> tuple[int, int]:
    """The keys of the order and its line that the goods at this place in the order of going belong to."""
    order = turn // LINES_PER_ORDER * WAREHOUSES + warehouse + 1
    return order, (order - 1) * LINES_PER_ORDER + turn % LINES_PER_ORDER + 1


def load(stock: Stock) -> dict[str, int]:
    moves = "id item kind from_location to_location branch qty value occurred_at recorded_at source_key document"
    return {
        "items": copy(Item, "id sku name category unit tax standard_cost min_stock", items(stock)),
        "moves": copy(StockMove, moves, stock.moves),
        "cost layers": copy(
            CostLayer, "id item warehouse move received_at qty value left_qty left_value", stock.layers
        ),
        "uses of layers": copy(LayerUse, "layer move qty value", stock.uses),
        "balances": copy(StockBalance, "item location qty", stock.balances),
    }


def items(stock: Stock) -> Iterator[Row]:
    dice, company = stock.plan.random("items"), stock.company
    for number, price in enumerate(stock.prices, start=1):
        name = f"{dice.choice(LOOKS).capitalize()} {dice.choice(THINGS)} {dice.choice(LOOKS)} {number % 400}"
        category = dice.choice(company.categories) if company.categories else NULL
        yield number, f"P-{number:06d}", name, category, company.unit, company.tax, money(price * 10 // 17), 5
