"""What stands on the papers that go with goods: the delivery note and the picking list. No prices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import pgettext

from core.documents.facts import Fact, GoodsLine, GoodsSheet, Receiver, Term
from core.documents.letterhead import day_at, link_to, senders
from core.documents.letterhead import lines as address_lines
from core.quantities import told
from crm.selectors.receivers import delivery_place, receiver
from inventory.choices import ItemType, PegStatus
from inventory.models import Peg
from sales.models import SalesOrder, Shipment, ShipmentLine

NONE = Decimal(0)


def delivery_sheets(ids: Sequence[int]) -> dict[int, GoodsSheet]:
    """The facts of the delivery notes of these shipments; the number of statements does not grow with them."""
    shipments = list(
        Shipment.objects.filter(pk__in=ids)
        .select_related("order__organization", "order__legal_entity", "order__owner", "warehouse")
        .prefetch_related("lines__order_line__item__unit", "lines__lot", "order__lines__item__unit")
    )
    letterheads = senders(shipment.order.organization for shipment in shipments)
    sent = _sent_until(shipments)
    return {shipment.pk: _delivery_sheet(shipment, letterheads, sent) for shipment in shipments}


def _sent_until(shipments: Sequence[Shipment]) -> dict[tuple[int, int], Decimal]:
    """By (shipment, order line): what had left with that shipment and those before it."""
    orders = {shipment.order_id for shipment in shipments}
    rows = list(
        ShipmentLine.objects.filter(shipment__order_id__in=orders).values_list("shipment_id", "order_line_id", "qty")
    )
    return {
        (shipment.pk, line): sum((qty for other, key, qty in rows if key == line and other <= shipment.pk), NONE)
        for shipment in shipments
        for line in {key for _other, key, _qty in rows}
    }


def _delivery_sheet(
    shipment: Shipment, letterheads: dict[int, Any], sent: dict[tuple[int, int], Decimal]
) -> GoodsSheet:
    order = shipment.order
    rows = _shipped(shipment, sent)
    facts = [
        Fact(pgettext("printed paper", "Delivery note"), shipment.number, strong=True),
        Fact(pgettext("printed paper", "Date"), day_at(order.organization, shipment.shipped_at)),
        Fact(pgettext("printed paper", "Order"), order.number),
    ]
    if order.client_reference:
        facts.append(Fact(pgettext("printed paper", "Your order"), order.client_reference))
    if shipment.carrier:
        facts.append(Fact(pgettext("printed paper", "Carrier"), shipment.carrier))
    if shipment.tracking:
        facts.append(Fact(pgettext("printed paper", "Tracking number"), shipment.tracking))
    return GoodsSheet(
        number=shipment.number,
        title=pgettext("printed paper", "Delivery note"),
        sender=letterheads[order.organization_id],
        receiver=delivery_place(order.legal_entity, order.delivery_address, pgettext("printed paper", "Deliver to"))
        or receiver(order.legal_entity, pgettext("printed paper", "Deliver to")),
        facts=tuple(facts),
        lines=tuple(rows),
        link=link_to("sales.delivery_note", shipment),
        weight_kg=sum((line.qty * line.order_line.item.weight_kg for line in shipment.lines.all()), NONE),
        shows_lots=any(row.lot for row in rows),
        shows_left=any(row.left for row in rows),
    )


def _shipped(shipment: Shipment, sent: dict[tuple[int, int], Decimal]) -> list[GoodsLine]:
    """A row per order line and lot that left; what is still to come stands in the first row of its order line."""
    together: dict[tuple[int, int, str], tuple[Any, Decimal]] = {}
    for line in shipment.lines.all():
        key = (line.order_line.position, line.order_line_id, line.lot.code if line.lot else "")
        together[key] = (line.order_line, together.get(key, (None, NONE))[1] + line.qty)
    rows: list[GoodsLine] = []
    told: set[int] = set()
    for (_position, order_line_id, lot), (order_line, qty) in sorted(together.items(), key=lambda pair: pair[0]):
        left = max(order_line.qty - sent[shipment.pk, order_line_id], NONE)
        rows.append(
            GoodsLine(
                title=order_line.text or order_line.item.name,
                code=order_line.item.sku,
                qty=qty,
                unit=order_line.item.unit.code,
                lot=lot,
                ordered=order_line.qty,
                left=None if order_line_id in told else left,
            )
        )
        told.add(order_line_id)
    return rows


def picking_sheets(ids: Sequence[int]) -> dict[int, GoodsSheet]:
    """The facts of the picking lists of these orders; the number of statements does not grow with them."""
    orders = list(
        SalesOrder.objects.filter(pk__in=ids)
        .select_related("organization", "legal_entity", "client", "warehouse")
        .prefetch_related("lines__item__unit")
    )
    letterheads = senders(order.organization for order in orders)
    pegs = _set_aside(orders)
    return {order.pk: _picking_sheet(order, letterheads, pegs) for order in orders}


def _set_aside(orders: Iterable[SalesOrder]) -> dict[str, list[Peg]]:
    """By the demand of an order line: the goods in stock that are set aside for it."""
    keys = [line.demand_key for order in orders for line in order.lines.all()]
    pegs = Peg.objects.filter(Q(demand__key__in=keys), status=PegStatus.OPEN, balance__isnull=False)
    found: dict[str, list[Peg]] = {}
    for peg in pegs.select_related("demand", "balance__location", "balance__lot").order_by("pk"):
        if peg.qty > peg.used_qty:
            found.setdefault(peg.demand.key, []).append(peg)
    return found


def _picking_sheet(order: SalesOrder, letterheads: dict[int, Any], pegs: dict[str, list[Peg]]) -> GoodsSheet:
    rows, missing = _to_pick(order, pegs)
    facts = [
        Fact(pgettext("printed paper", "Order"), order.number, strong=True),
        Fact(pgettext("printed paper", "Client"), order.client.name),
    ]
    if order.promised_on:
        facts.append(Fact(pgettext("printed paper", "Promised for"), order.promised_on))
    if order.warehouse:
        facts.append(Fact(pgettext("printed paper", "Warehouse"), order.warehouse.name))
    terms = (Term(pgettext("printed paper", "Not in stock yet"), "\n".join(missing)),) if missing else ()
    address = order.delivery_address or order.legal_entity.shipping_address or order.legal_entity.billing_address
    return GoodsSheet(
        number=order.number,
        title=pgettext("printed paper", "Picking list"),
        sender=letterheads[order.organization_id],
        receiver=Receiver(
            pgettext("printed paper", "Deliver to"), order.legal_entity.legal_name, address_lines(address)
        ),
        facts=tuple(facts),
        lines=tuple(sorted(rows, key=lambda row: (row.place, row.code, row.lot))),
        link=link_to("sales.picking_list", order),
        terms=terms,
        shows_lots=any(row.lot for row in rows),
    )


def _to_pick(order: SalesOrder, pegs: dict[str, list[Peg]]) -> tuple[list[GoodsLine], list[str]]:
    rows, missing = [], []
    for line in sorted(order.lines.all(), key=lambda line: line.position):
        if line.item.type != ItemType.GOODS:
            continue
        found = pegs.get(line.demand_key, [])
        for peg in found:
            assert peg.balance is not None  # noqa: S101 - read that way
            rows.append(
                GoodsLine(
                    title=line.text or line.item.name,
                    code=line.item.sku,
                    qty=peg.qty - peg.used_qty,
                    unit=line.item.unit.code,
                    lot=peg.balance.lot.code if peg.balance.lot else "",
                    place=peg.balance.location.code,
                )
            )
        short = line.qty - line.shipped_qty - sum((peg.qty - peg.used_qty for peg in found), NONE)
        if short > 0:
            missing.append(f"{told(short)} {line.item.unit.code} {line.item.sku} {line.text or line.item.name}")
    return rows, missing
