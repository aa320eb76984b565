"""What stands on the card that goes with a work order through the shop: times and materials, no costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import pgettext

from core.documents.facts import Fact, GoodsLine, Step, WorkCard
from core.documents.letterhead import link_to, senders
from inventory.choices import PegStatus
from inventory.models import Peg
from production.models import WorkOrder


def work_cards(ids: Sequence[int]) -> dict[int, WorkCard]:
    """The facts of the cards of these work orders; the number of statements does not grow with them."""
    orders = list(
        WorkOrder.objects.filter(pk__in=ids)
        .select_related("organization", "branch", "warehouse", "item__unit", "bom", "order_line__order")
        .prefetch_related("operations__center", "materials__item__unit")
    )
    letterheads = senders(order.organization for order in orders)
    places = _places(orders)
    return {order.pk: _card(order, letterheads, places) for order in orders}


def _places(orders: Iterable[WorkOrder]) -> dict[int, str]:
    """By demand: the places where goods are set aside for a material."""
    demands = [row.demand_id for order in orders for row in order.materials.all() if row.demand_id]
    pegs = Peg.objects.filter(demand__in=demands, status=PegStatus.OPEN, balance__isnull=False)
    found: dict[int, list[str]] = {}
    for demand, code in pegs.order_by("pk").values_list("demand_id", "balance__location__code"):
        codes = found.setdefault(demand, [])
        if code not in codes:
            codes.append(code)
    return {demand: ", ".join(codes) for demand, codes in found.items()}


def _card(order: WorkOrder, letterheads: dict[int, Any], places: dict[int, str]) -> WorkCard:
    return WorkCard(
        number=order.number,
        title=order.item.name,
        sku=order.item.sku,
        qty=order.qty,
        unit=order.item.unit.code,
        sender=letterheads[order.organization_id],
        facts=tuple(_facts(order)),
        steps=tuple(
            Step(
                sequence=step.sequence,
                name=step.name or step.center.name,
                center=step.center.name,
                minutes=step.minutes,
                starts_at=step.starts_at,
                ends_at=step.ends_at,
                code=f"{order.number}/{step.sequence}",
            )
            for step in sorted(order.operations.all(), key=lambda step: step.sequence)
        ),
        materials=tuple(
            GoodsLine(
                title=row.item.name,
                code=row.item.sku,
                qty=row.qty,
                unit=row.item.unit.code,
                place=places.get(row.demand_id or 0, ""),
                left=max(row.qty - row.issued_qty, Decimal(0)),
            )
            for row in sorted(order.materials.all(), key=lambda row: row.position)
        ),
        zone=order.branch.time_zone,
        link=link_to("production.work_order_card", order),
    )


def _facts(order: WorkOrder) -> Iterable[Fact]:
    yield Fact(pgettext("printed paper", "Work order"), order.number, strong=True)
    yield Fact(pgettext("printed paper", "To make"), order.qty, strong=True, note=order.item.unit.code)
    if order.due_on:
        yield Fact(pgettext("printed paper", "Due on"), order.due_on)
    if order.order_line:
        yield Fact(pgettext("printed paper", "Order"), order.order_line.order.number)
    if order.bom:
        yield Fact(pgettext("printed paper", "Recipe, version"), order.bom.revision)
    yield Fact(pgettext("printed paper", "Warehouse"), order.warehouse.name)
