"""The lines of an order that is still a draft: written anew as often as it takes, never after the promise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from core import policy
from core.actors import Actor, user_or_none
from core.choices import Origin
from core.transactions import command
from crm.models import LegalEntity
from inventory.models import Warehouse
from sales.choices import OrderStatus
from sales.errors import ForeignBuyer, OrderNotDraft
from sales.models import OrderLine, SalesOrder
from sales.services.lines import LineDraft, day_of, priced_lines, require_valid, totals_of
from sales.services.orders import line_of, store_lines

FACTS = ("item_id", "text", "qty", "unit_price", "discount_pct", "tax_percent", "net_amount")


@command
def rewrite_order(
    *,
    order_id: int,
    legal_entity_id: int,
    warehouse_id: int,
    lines: Sequence[LineDraft],
    at: datetime,
    by: Actor,
    wished_on: date | None = None,
    client_reference: str = "",
    terms: str = "",
    tax_included: bool = False,
    version: int | None = None,
) -> SalesOrder:
    """Write a draft order's head and lines anew, with the prices and taxes of today; the same again is no change.

    `version` is that of the draft the user has before him; another one raises StaleVersion. Statements do not grow
    with the lines. Locks the order. Raises OrderNotDraft, ForeignBuyer, EntityEnded and what `priced_lines` raises.
    """
    order = SalesOrder.objects.locked().select_related("organization").get(pk=order_id)
    policy.require(by, "sales.create_order", order)
    if order.status != OrderStatus.DRAFT or order.origin != Origin.OWN:
        raise OrderNotDraft(number=order.number, status=order.get_status_display())
    entity = LegalEntity.objects.select_related("client").get(pk=legal_entity_id)
    if entity.client_id != order.client_id:
        raise ForeignBuyer(entity=entity, number=order.number)
    on = day_of(at, order.organization)
    require_valid(entity, on)
    warehouse = Warehouse.objects.get(pk=warehouse_id)
    fixed = [replace(line, heading="", is_optional=False) for line in lines]
    priced = priced_lines(
        fixed, legal_entity_id=entity.pk, on=on, currency_id=order.currency_id, branch_id=warehouse.branch_id,
        tax_included=tax_included,
    )  # fmt: skip
    head: dict[str, Any] = {
        "legal_entity_id": entity.pk, "warehouse_id": warehouse.pk, "branch_id": warehouse.branch_id,
        "wished_on": wished_on, "client_reference": client_reference, "terms": terms,
    }  # fmt: skip
    rows = [line_of(line) for line in priced]
    same_head = all(getattr(order, name) == value for name, value in head.items())
    if same_head and facts(order.lines.order_by("position")) == facts(rows):
        return order
    order.expect_version(version)
    if order.legal_entity_id != entity.pk:
        order.payment_days, order.territory = entity.payment_days, entity.territory
        order.delivery_address = entity.shipping_address
    for name, value in head.items():
        setattr(order, name, value)
    totals = totals_of(priced)
    order.net_amount, order.tax_amount = totals.net, totals.tax
    order.gross_amount = totals.net + totals.tax + order.freight_amount
    order.updated_by = user_or_none(by)
    order.lines.all().delete()
    order.taxes.all().delete()
    store_lines(order, rows, [(group.percent, group.net, group.tax) for group in totals.groups])
    return order


def facts(rows: Iterable[OrderLine]) -> list[tuple[object, ...]]:
    return [tuple(getattr(row, name) for name in FACTS) for row in rows]
