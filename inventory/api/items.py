"""Items, their units, categories, suppliers and lots."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from core.api.filters import between, plain
from core.api.resources import Call, Change, Create, Resource, add
from core.api.types import Code, ExternalKey, Flag, Input, Line, OwnValues, Percent, Price, Qty, Small, optional
from inventory.api.types import CategoryId, TaxId, UnitId
from inventory.models import Item, ItemCategory, Lot, SupplierItem, Unit
from inventory.services import items

SEE_ITEMS, SEE_COSTS = "inventory.view_item", "inventory.view_costs"


class ItemIn(Input):
    sku: Code = Field(min_length=1, examples=["GP-3000"])
    name: Line = Field(min_length=1, examples=["Glazed partition 3 m"])
    unit_id: UnitId
    type: Literal["goods", "service"] = "goods"
    service_role: Literal["", "installation", "transport"] = ""
    status: Literal["active", "phased_out"] = "active"
    category_id: CategoryId | None = None
    valuation: Literal["fifo", "average"] = "fifo"
    tracking: Literal["none", "lot", "serial"] = "none"
    replenishment: Literal["buy", "make"] = "buy"
    is_sold: Flag = True
    tax_id: TaxId | None = None
    standard_cost: Price = Field("0", description="Per base unit; needs the right to see costs.")
    min_stock: Qty = "0"
    reorder_point: Qty = "0"
    pack_qty: Qty = "0"
    moq: Qty = "0"
    lead_days: Small = 0
    weight_kg: Qty = "0"
    tolerance_pct: Percent = "0"
    external_key: ExternalKey | None = None
    own: OwnValues | None = None


def _create(call: Call) -> Item:
    return items.create_item(by=call.user, **call.values())


def _change(call: Call) -> Item:
    return items.change_item(item_id=call.record.pk, by=call.user, version=call.version, **call.values())


add(
    Resource(
        path="items",
        model=Item,
        doc="What is bought, made, kept or sold. Quantities are in the base unit.",
        fields=(
            "sku", "name", "type", "service_role", "status", "category_id", "unit_id", "valuation", "tracking",
            "replenishment", "is_sold", "tax_id", "standard_cost", "min_stock", "reorder_point", "pack_qty", "moq",
            "lead_days", "weight_kg", "tolerance_pct",
        ),
        guarded={"standard_cost": SEE_COSTS},
        filters=plain("sku", "type", "status", "category_id", "replenishment", "is_sold", "external_key"),
        sorts=("sku", "name", "created_at", "updated_at"),
        searched=True,
        create=Create(ItemIn, _create, "Adds an item; an SKU exists once."),
        change=Change(
            optional("ItemChange", ItemIn),
            _change,
            "Once it has moved, an item's valuation, tracking, base unit and type stay.",
        ),
    ),
    Resource(
        path="item-categories",
        model=ItemCategory,
        doc="The tree of item categories.",
        fields=("name", "parent_id"),
        view_action=SEE_ITEMS,
        rows=lambda _user: ItemCategory.objects.all(),
        filters=plain("parent_id"),
        sorts=("name",),
    ),
    Resource(
        path="units",
        model=Unit,
        doc="Units of quantity.",
        fields=("code", "name"),
        view_action=SEE_ITEMS,
        rows=lambda _user: Unit.objects.all(),
        sorts=("code",),
    ),
    Resource(
        path="supplier-terms",
        model=SupplierItem,
        doc="The terms at which suppliers sell items; prices per base unit.",
        fields=("supplier_id", "item_id", "price", "currency_id", "pack_qty", "moq", "lead_days", "rank"),
        view_action=SEE_COSTS,
        rows=lambda _user: SupplierItem.objects.all(),
        filters=plain("supplier_id", "item_id"),
    ),
    Resource(
        path="lots",
        model=Lot,
        doc="Lots and serial numbers.",
        fields=("item_id", "code", "status", "expires_on", "origin"),
        rows=lambda _user: Lot.objects.all(),
        filters=(*plain("item_id", "code", "status"), *between("expires_on")),
        sorts=("code", "updated_at"),
    ),
)  # fmt: skip
