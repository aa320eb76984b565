"""What is to be picked: orders with goods that stand ready, and the way through the shelves for one of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from core.actors import Actor
from core.documents.selectors import first_pictures
from core.models import Attachment
from core.quantities import NOTHING
from inventory.choices import ItemType, PegStatus
from inventory.models import Item, Location, Lot, Peg
from sales.choices import OrderStatus
from sales.models import OrderLine, Pick, SalesOrder

OPEN = (OrderStatus.CONFIRMED, OrderStatus.IN_PROGRESS)
SHOWN = 200


@dataclass(frozen=True)
class PickTask:
    """Take `wanted` of an item from a place. `picked` was scanned or confirmed so far; `here` lies there in all."""

    line: OrderLine
    item: Item
    location: Location
    lot: Lot | None
    wanted: Decimal
    picked: Decimal
    here: Decimal
    is_done: bool
    is_short: bool
    postponed_at: datetime | None
    picture: Attachment | None = None

    @property
    def pk(self) -> str:
        """How a press names it: line, place and lot."""
        return f"{self.line.pk}-{self.location.pk}-{self.lot.pk if self.lot else 0}"

    @property
    def left(self) -> Decimal:
        return max(self.wanted - self.picked, NOTHING)

    @property
    def quantity(self) -> str:
        """What the stepper begins with: what was scanned, else all of it."""
        value = self.picked or min(self.wanted, self.here)
        return format(value.normalize(), "f")

    def __str__(self) -> str:
        return str(self.item)


def pick_tasks(order: SalesOrder) -> list[PickTask]:
    """The way through the shelves: open places first, what was put off after them, done ones last. Four statements."""
    lines = {line.demand_key: line for line in order.lines.select_related("item__unit")}
    pegs = Peg.objects.filter(
        demand__key__in=list(lines), balance__isnull=False, status=PegStatus.OPEN, used_qty__lt=F("qty")
    ).select_related("demand", "balance__location", "balance__lot")
    open_picks = {
        (pick.order_line_id, pick.location_id, pick.lot_id): pick
        for pick in Pick.objects.filter(order_line__order=order, shipment=None)
    }
    pictures = first_pictures(Item, {line.item_id for line in lines.values() if line.item_id})
    found = []
    for peg in pegs:
        balance, line = peg.balance, lines[peg.demand.key]
        if balance is None:
            continue
        pick = open_picks.get((line.pk, balance.location_id, balance.lot_id))
        found.append(
            PickTask(
                line=line,
                item=line.item,
                location=balance.location,
                lot=balance.lot,
                wanted=peg.qty - peg.used_qty,
                picked=pick.qty if pick else NOTHING,
                here=balance.qty,
                is_done=bool(pick and pick.is_done),
                is_short=bool(pick and pick.is_short),
                postponed_at=pick.postponed_at if pick else None,
                picture=pictures.get(line.item_id or 0),
            )
        )
    return sorted(found, key=_on_the_way)


def _on_the_way(task: PickTask) -> tuple[Any, ...]:
    later = task.postponed_at.timestamp() if task.postponed_at else 0
    return (task.is_done, later, task.location.code, task.item.sku, task.lot.code if task.lot else "")


@dataclass(frozen=True)
class PickingOrder:
    """An order on the list of picking: how many places are to be visited, how many were, and what is missing."""

    order: SalesOrder
    places: int
    done: int
    missing: int

    @property
    def is_complete(self) -> bool:
        """Everything that is still to be shipped stands ready."""
        return self.missing == 0


def orders_to_pick(user: Actor) -> QuerySet[SalesOrder]:
    """Open orders the user may ship, of which goods are set aside in stock."""
    key = Concat(Value("sales.line:"), Cast(OuterRef("pk"), CharField()))
    set_aside = Peg.objects.filter(demand__key=key, balance__isnull=False, status=PegStatus.OPEN)
    lines = OrderLine.objects.filter(Exists(set_aside), order=OuterRef("pk"), item__type=ItemType.GOODS)
    rows = SalesOrder.objects.visible_to(user, "sales.ship_order").filter(status__in=OPEN)
    return rows.filter(Exists(lines))


def picking_list(orders: QuerySet[SalesOrder]) -> list[PickingOrder]:
    """The orders by promised day with their progress: four statements for any number of orders."""
    rows = list(
        orders.select_related("client", "warehouse").order_by(F("promised_on").asc(nulls_last=True), "pk")[:SHOWN]
    )
    lines = list(OrderLine.objects.filter(order__in=rows, item__type=ItemType.GOODS, shipped_qty__lt=F("qty")))
    of_order = {line.demand_key: line.order_id for line in lines}
    places: dict[int, set[tuple[int, int, int | None]]] = defaultdict(set)
    aside: dict[str, Decimal] = defaultdict(lambda: NOTHING)
    keys = {line.demand_key: line.pk for line in lines}
    pegs = Peg.objects.filter(
        demand__key__in=list(of_order), balance__isnull=False, status=PegStatus.OPEN, used_qty__lt=F("qty")
    )
    for key, place, lot, qty, used in pegs.values_list(
        "demand__key", "balance__location", "balance__lot", "qty", "used_qty"
    ):
        places[of_order[key]].add((keys[key], place or 0, lot))
        aside[key] += qty - used
    done = set(
        Pick.objects.filter(order_line__in=lines, shipment=None, is_done=True).values_list(
            "order_line", "location", "lot"
        )
    )
    missing: dict[int, int] = defaultdict(int)
    for line in lines:
        missing[line.order_id] += aside[line.demand_key] < line.qty - line.shipped_qty
    return [PickingOrder(row, len(places[row.pk]), len(places[row.pk] & done), missing[row.pk]) for row in rows]


def waiting_count(user: Actor) -> int:
    """How many orders are to be picked (one statement)."""
    return orders_to_pick(user).count()


def demands_of(order: SalesOrder) -> Sequence[str]:
    """The keys of an order's lines among the stock's demands."""
    return [line.demand_key for line in order.lines.all()]
