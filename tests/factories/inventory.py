"""Valid records of `inventory` for tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from core.actors import SYSTEM
from crm.models import Client, LegalEntity
from inventory.choices import LocationKind, MoveKind, PurchaseStatus
from inventory.models import (
    Item,
    Lot,
    PurchaseOrder,
    PurchaseOrderLine,
    StockMove,
    SupplierItem,
    Unit,
    Warehouse,
)
from inventory.services.moves import Draw, Put, draw_goods, store_goods
from inventory.services.places import create_warehouse
from tests.factories.core import make_branch, make_currency, serial

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def make_unit(code: str = "pc") -> Unit:
    """The unit of that code; the same one on a second call."""
    return Unit.objects.get_or_create(code=code, defaults={"name": code})[0]


def make_item(sku: str = "", *, unit: str = "pc", **fields: Any) -> Item:
    """Goods by first in, first out, unless told otherwise."""
    sku = sku or f"ITEM-{serial()}"
    fields.setdefault("name", f"Item {sku}")
    return Item.objects.create(sku=sku, unit=make_unit(unit), **fields)


def make_warehouse(*, branch: Any = None, name: str = "") -> Warehouse:
    number = serial()
    branch = branch or make_branch()
    return create_warehouse(branch_id=branch.pk, code=f"wh-{number}", name=name or f"Warehouse {number}", by=SYSTEM)


def make_lot(item: Item, code: str = "", **fields: Any) -> Lot:
    return Lot.objects.create(item=item, code=code or f"LOT-{serial()}", **fields)


def make_supplier(name: str = "") -> LegalEntity:
    name = name or f"Supplier {serial()}"
    client = Client.objects.create(name=name, is_supplier=True, is_customer=False)
    return LegalEntity.objects.create(client=client, legal_name=name)


def make_terms(item: Item, *, supplier: LegalEntity | None = None, price: Any = "10.00", **fields: Any) -> SupplierItem:
    fields.setdefault("currency", make_currency())
    return SupplierItem.objects.create(supplier=supplier or make_supplier(), item=item, price=Decimal(price), **fields)


def stock_up(
    item: Item, warehouse: Warehouse, qty: Any, value: Any = 0, *, at: datetime = NOON, **fields: Any
) -> StockMove:
    """Put goods worth `value` into a warehouse."""
    fields.setdefault("source_key", f"test.put:{serial()}")
    put = Put(item_id=item.pk, warehouse_id=warehouse.pk, qty=Decimal(qty), value=Decimal(value), **fields)
    return store_goods(
        puts=[put],
        kind=MoveKind.OPENING,
        from_kind=LocationKind.OPENING,
        at=at,
        by=SYSTEM,
        branch_id=warehouse.branch_id,
    )[0]


def take_out(item: Item, warehouse: Warehouse, qty: Any, *, at: datetime = NOON, **fields: Any) -> list[StockMove]:
    """Take goods out of a warehouse for a client."""
    fields.setdefault("source_key", f"test.draw:{serial()}")
    draw = Draw(item_id=item.pk, warehouse_id=warehouse.pk, qty=Decimal(qty), **fields)
    return draw_goods(
        draws=[draw],
        kind=MoveKind.SHIPMENT,
        to_kind=LocationKind.CUSTOMER,
        at=at,
        by=SYSTEM,
        branch_id=warehouse.branch_id,
    )[0]


def make_purchase_order(
    lines: Iterable[tuple[Item, Any, Any]] = (),
    *,
    warehouse: Warehouse | None = None,
    supplier: LegalEntity | None = None,
    status: str = PurchaseStatus.ORDERED,
    **fields: Any,
) -> PurchaseOrder:
    """An order to a supplier with lines (item, quantity, price), ordered unless told otherwise; no supplies."""
    warehouse = warehouse or make_warehouse()
    order = PurchaseOrder.objects.create(
        organization=warehouse.branch.organization,
        branch=warehouse.branch,
        warehouse=warehouse,
        supplier=supplier or make_supplier(),
        number=f"PO-T-{serial()}",
        status=status,
        currency=make_currency(),
        drafted_at=NOON,
        **fields,
    )
    PurchaseOrderLine.objects.bulk_create(
        [
            PurchaseOrderLine(order=order, position=position, item=item, qty=Decimal(qty), price=Decimal(price))
            for position, (item, qty, price) in enumerate(lines or [(make_item(), 1, 1)], start=1)
        ]
    )
    return order
