"""What stands on purchase orders, and on labels for items, lots and places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import pgettext

from core.customfields.kit import paper_facts
from core.documents import figures
from core.documents.facts import Fact, Label, PricedLine, PriceSheet, Receiver, TaxRow, Totals
from core.documents.letterhead import day_at, senders
from crm.selectors.receivers import receiver
from inventory.models import Item, Location, Lot, PurchaseOrder


def purchase_sheets(ids: Sequence[int]) -> dict[int, PriceSheet]:
    """The facts of these purchase orders; the number of statements does not grow with orders or lines."""
    orders = list(
        PurchaseOrder.objects.filter(pk__in=ids)
        .select_related("organization", "warehouse", "supplier", "owner", "currency")
        .prefetch_related("lines__item__unit")
    )
    letterheads = senders(order.organization for order in orders)
    own = paper_facts(orders)
    return {order.pk: _purchase_sheet(order, letterheads, own.get(order.pk, ())) for order in orders}


def _purchase_sheet(order: PurchaseOrder, letterheads: dict[int, Any], own: tuple[Fact, ...]) -> PriceSheet:
    lines = sorted(order.lines.all(), key=lambda line: (line.position, line.pk))
    sender = letterheads[order.organization_id]
    facts = [
        Fact(pgettext("printed paper", "Purchase order"), order.number, strong=True),
        Fact(pgettext("printed paper", "Date"), day_at(order.organization, order.ordered_at or order.drafted_at)),
    ]
    if order.supplier.account_number:
        facts.append(Fact(pgettext("printed paper", "Our number at yours"), order.supplier.account_number))
    if order.owner:
        facts.append(Fact(pgettext("printed paper", "Your contact"), str(order.owner)))
    return PriceSheet(
        number=order.number,
        title=pgettext("printed paper", "Purchase order"),
        sender=sender,
        receiver=receiver(order.supplier, pgettext("printed paper", "Supplier")),
        second=Receiver(pgettext("printed paper", "Deliver to"), order.warehouse.name, (sender.name, *sender.lines)),
        facts=(*facts, *own),
        lines=tuple(
            PricedLine(
                title=line.item.name,
                code=line.item.sku,
                qty=line.qty,
                unit=line.item.unit.code,
                price=line.price,
                net=line.net_amount,
                due_on=line.due_on,
            )
            for line in lines
        ),
        totals=_totals(order, lines),
        shows_due=any(line.due_on for line in lines),
    )


def _totals(order: PurchaseOrder, lines: Sequence[Any]) -> Totals:
    """The stored sums. Tax is stored as one sum: it has a percentage when all lines have the same."""
    rates = {line.tax_percent for line in lines}
    tax = TaxRow(rates.pop() if len(rates) == 1 else None, order.net_amount, order.tax_amount)
    return Totals(
        net=order.net_amount,
        gross=order.gross_amount,
        currency=order.currency_id,
        decimals=order.currency.decimals,
        taxes=(tax,) if order.tax_amount else (),
        freight=order.freight_amount,
    )


def item_labels(ids: Sequence[int]) -> list[Label]:
    items = Item.objects.in_bulk(ids)
    return [Label(items[pk].sku, items[pk].name) for pk in ids if pk in items]


def lot_labels(ids: Sequence[int]) -> list[Label]:
    lots = Lot.objects.select_related("item").in_bulk(ids)
    return [_lot_label(lots[pk]) for pk in ids if pk in lots]


def _lot_label(lot: Lot) -> Label:
    lines = [lot.item.sku]
    if lot.expires_on:
        lines.append(pgettext("printed paper", "Use before {day}").format(day=figures.short_day(lot.expires_on)))
    return Label(lot.code, lot.item.name, tuple(lines))


def place_labels(ids: Sequence[int]) -> list[Label]:
    places = Location.objects.select_related("warehouse").in_bulk(ids)
    return [_place_label(places[pk]) for pk in ids if pk in places]


def _place_label(place: Location) -> Label:
    return Label(place.code, place.name, (place.warehouse.name,) if place.warehouse else ())
