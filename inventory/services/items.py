"""Items, their units, standard costs and supplier terms."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core import policy, quantities
from core.actors import Actor, user_or_none
from core.transactions import command
from inventory.errors import NotPositive, UnitUnknown, ValuationFixed
from inventory.models import Item, ItemUnit, StandardCost, StockMove, SupplierItem

logger = logging.getLogger(__name__)

FIXED_AFTER_FIRST_MOVE = ("valuation", "tracking", "unit", "unit_id", "type")


@command
def create_item(*, sku: str, name: str, unit_id: int, by: Actor, **fields: Any) -> Item:
    """A new item; `fields` are columns of Item. The SKU is unique (IntegrityError)."""
    policy.require(by, "inventory.manage_items")
    return Item.objects.create(sku=sku, name=name, unit_id=unit_id, created_by=user_or_none(by), **fields)


@command
def change_item(*, item_id: int, by: Actor, version: int | None = None, **fields: Any) -> Item:
    """Change columns of an item. Locks it wholly: a first move that is being posted is waited for and then seen.

    Once an item has moved, its valuation, tracking, base unit and type stay (ValuationFixed). Raises StaleVersion.
    """
    policy.require(by, "inventory.manage_items")
    item = Item.objects.select_for_update(of=("self",)).get(pk=item_id)
    item.expect_version(version)
    changed = {name: value for name, value in fields.items() if getattr(item, name) != value}
    if set(changed) & set(FIXED_AFTER_FIRST_MOVE) and StockMove.objects.filter(item=item).exists():
        raise ValuationFixed(sku=item.sku)
    if changed:
        for name, value in changed.items():
            setattr(item, name, value)
        item.updated_by = user_or_none(by)
        item.save(update_fields=[*changed, "updated_by"])
    return item


@command
def add_unit(*, item_id: int, unit_id: int, factor: Decimal, by: Actor) -> ItemUnit:
    """Count an item in another unit, too: one of it is `factor` base units. Sets the factor when it exists."""
    policy.require(by, "inventory.manage_items")
    if factor <= 0:
        raise NotPositive(what=_("The factor"))
    unit, _created = ItemUnit.objects.update_or_create(item_id=item_id, unit_id=unit_id, defaults={"factor": factor})
    return unit


def in_base_unit(*, item_id: int, qty: Decimal, unit_code: str) -> Decimal:
    """Turn a quantity of any unit of an item into its base unit, once, at the edge. Raises UnitUnknown."""
    item = Item.objects.select_related("unit").get(pk=item_id)
    if item.unit.code == unit_code:
        return quantities.qty(qty)
    factor = ItemUnit.objects.filter(item=item, unit__code=unit_code).values_list("factor", flat=True).first()
    if factor is None:
        raise UnitUnknown(sku=item.sku, unit=unit_code)
    return quantities.qty(qty * factor)


@command
def set_supplier_terms(
    *,
    supplier_id: int,
    item_id: int,
    price: Decimal,
    currency_id: str,
    by: Actor,
    pack_qty: Decimal = quantities.NOTHING,
    moq: Decimal = quantities.NOTHING,
    lead_days: int = 0,
    rank: int = 1,
) -> SupplierItem:
    """What a supplier asks for an item, per base unit in his currency; replaces his earlier terms."""
    policy.require(by, "inventory.manage_items")
    terms, _created = SupplierItem.objects.update_or_create(
        supplier_id=supplier_id,
        item_id=item_id,
        defaults={
            "price": price,
            "currency_id": currency_id,
            "pack_qty": pack_qty,
            "moq": moq,
            "lead_days": lead_days,
            "rank": rank,
        },
    )
    return terms


@command
def set_standard_costs(*, costs: Mapping[int, Decimal], since: date, by: Actor) -> None:
    """Standard costs from a day on ({item: cost per base unit}); the periods before end there.

    The same costs from the same day again change nothing. Later periods that were planned are replaced. Five
    statements for any number of items.
    """
    policy.require(by, "inventory.manage_items")
    if any(cost < 0 for cost in costs.values()):
        raise NotPositive(what=_("The standard cost"))
    items = Item.objects.filter(pk__in=costs).locked()
    found = {item.pk: item for item in items}
    _end_periods(found, since)
    StandardCost.objects.bulk_create(
        [StandardCost(item=item, cost=costs[pk], valid=(since, None)) for pk, item in found.items()]
    )
    for pk, item in found.items():
        item.standard_cost = costs[pk]
    Item.objects.bulk_update(found.values(), ["standard_cost"])
    logger.info("standard costs set", extra={"items": len(found)})


def _end_periods(item_ids: Collection[int], since: date) -> None:
    """Cut the periods that reach beyond the day before `since`, and drop those that begin later."""
    periods = StandardCost.objects.filter(item__in=item_ids)
    periods.filter(valid__startswith__gte=since).delete()
    reaching = list(periods.filter(Q(valid__endswith__gt=since) | Q(valid__endswith__isnull=True)))
    for period in reaching:
        period.valid = (period.valid.lower, since)
    StandardCost.objects.bulk_update(reaching, ["valid"])
