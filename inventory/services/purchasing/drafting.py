"""Writing draft purchase orders with their coming supplies, for any number of suppliers at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat

from core import calendars
from core.actors import Actor, user_or_none
from core.money import ZERO, cents
from core.selectors.rates import tax_percent
from core.services.numbers import take_numbers
from core.tax import document_totals
from inventory.choices import SupplyKind
from inventory.models import Item, PurchaseOrder, PurchaseOrderLine, Supply, Warehouse

KEY = "inventory.purchase_line:"


def supply_key(line_id: int) -> str:
    """The key under which a purchase line's coming goods are known."""
    return f"{KEY}{line_id}"


@dataclass(frozen=True)
class DraftLine:
    """`qty` (base unit) of an item at `price` (supplier's currency), `lead_days` working days from the order."""

    item: Item
    qty: Decimal
    price: Decimal
    lead_days: int


@dataclass(frozen=True)
class Draft:
    supplier_id: int
    currency_id: str
    lines: Sequence[DraftLine]


def write_drafts(
    drafts: Sequence[Draft], *, warehouse: Warehouse, at: datetime, by: Actor, reason: str
) -> list[PurchaseOrder]:
    """Store drafts with lines and supplies (about ten statements). Due days count from the day after `at`."""
    if not drafts:
        return []
    organization = warehouse.branch.organization
    calendar = calendars.load(organization.calendar_id)
    day = calendar.day_of(at)
    taxes = {line.item.tax_id for draft in drafts for line in draft.lines}
    percents = tax_percent([tax for tax in taxes if tax is not None], day)
    numbers = take_numbers("purchase_order", len(drafts), organization=organization, on=day, branch=warehouse.branch)
    due = {
        days: calendar.add_working_days(day, days) for draft in drafts for days in {li.lead_days for li in draft.lines}
    }
    orders, lines = [], []
    for draft, number in zip(drafts, numbers, strict=True):
        order = PurchaseOrder(
            organization=organization,
            branch=warehouse.branch,
            warehouse=warehouse,
            supplier_id=draft.supplier_id,
            number=number,
            currency_id=draft.currency_id,
            owner=user_or_none(by),
            drafted_at=at,
            reason=reason[:200],
            created_by=user_or_none(by),
        )
        order_lines = [
            _line(order, position, line, due[line.lead_days], percents.get(line.item.tax_id or 0, ZERO))
            for position, line in enumerate(draft.lines, start=1)
        ]
        set_totals(order, order_lines)
        orders.append(order)
        lines.append(order_lines)
    PurchaseOrder.objects.bulk_create(orders)
    flat = [line for order_lines in lines for line in order_lines]
    PurchaseOrderLine.objects.bulk_create(flat)
    _make_supplies(flat)
    return orders


def _line(order: PurchaseOrder, position: int, line: DraftLine, due_on: date, percent: Decimal) -> PurchaseOrderLine:
    return PurchaseOrderLine(
        order=order,
        position=position,
        item=line.item,
        qty=line.qty,
        price=line.price,
        tax_percent=percent,
        net_amount=cents(line.qty * line.price),
        due_on=due_on,
        lead_days=line.lead_days,
    )


def set_totals(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> None:
    """Net, tax by rate group, and total of an order, from its lines."""
    totals = document_totals((line.net_amount, line.tax_percent) for line in lines)
    order.net_amount, order.tax_amount = totals.net, totals.tax
    order.gross_amount = totals.gross + order.freight_amount


def _make_supplies(lines: Sequence[PurchaseOrderLine]) -> None:
    """The coming goods of purchase lines, known under the lines' keys (two statements)."""
    Supply.objects.bulk_create(
        [
            Supply(
                key=supply_key(line.pk),
                kind=SupplyKind.PURCHASE,
                item_id=line.item_id,
                warehouse_id=line.order.warehouse_id,
                qty=line.qty,
                due_on=line.due_on,
                label=f"{line.order.number}/{line.position}",
            )
            for line in lines
        ]
    )
    own_key = Concat(Value(KEY), Cast(OuterRef("pk"), CharField()))
    PurchaseOrderLine.objects.filter(pk__in=[line.pk for line in lines]).update(
        supply=Subquery(Supply.objects.filter(key=own_key).values("pk")[:1])
    )
