from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.actors import SYSTEM
from core.errors import NotAllowed, StaleVersion
from inventory.choices import LotStatus, Valuation
from inventory.errors import NotPositive, UnitUnknown, ValuationFixed
from inventory.models import Item, Location, StandardCost, SupplierItem
from inventory.selectors.stock import stock_value_as_of, supplier_terms
from inventory.services.items import (
    add_unit,
    change_item,
    create_item,
    in_base_unit,
    set_standard_costs,
    set_supplier_terms,
)
from inventory.services.lots import create_lot, set_lot_status
from inventory.services.opening import OpeningLine, enter_opening_stock
from inventory.services.places import create_warehouse, outside
from tests.factories.core import make_branch, make_currency, make_user
from tests.factories.inventory import (
    NOON,
    make_item,
    make_supplier,
    make_terms,
    make_unit,
    make_warehouse,
    stock_up,
)

pytestmark = pytest.mark.django_db


def test_an_item_is_made_and_changed_by_who_may() -> None:
    with pytest.raises(NotAllowed):
        create_item(sku="A", name="A", unit_id=make_unit().pk, by=make_user("seller"))
    item = create_item(sku="A", name="A", unit_id=make_unit().pk, by=make_user("purchaser"), min_stock=Decimal(3))
    item = change_item(item_id=item.pk, name="B", version=item.version, by=SYSTEM)
    assert (item.name, item.version) == ("B", 2)
    with pytest.raises(StaleVersion):
        change_item(item_id=item.pk, name="C", version=1, by=SYSTEM)


def test_valuation_is_fixed_by_the_first_move() -> None:
    item, warehouse = make_item("OVEN"), make_warehouse()
    change_item(item_id=item.pk, valuation=Valuation.AVERAGE, by=SYSTEM)
    item.refresh_from_db()
    stock_up(item, warehouse, 1, 1)
    with pytest.raises(ValuationFixed, match="OVEN has moved already"):
        change_item(item_id=item.pk, valuation=Valuation.FIFO, by=SYSTEM)
    change_item(item_id=item.pk, valuation=Valuation.AVERAGE, name="Still allowed", by=SYSTEM)
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.filter(pk=item.pk).update(valuation=Valuation.FIFO)


def test_quantities_of_other_units_become_base_units_once() -> None:
    item, pallet = make_item("TILE", unit="pc"), make_unit("pallet")
    add_unit(item_id=item.pk, unit_id=pallet.pk, factor=Decimal(48), by=SYSTEM)
    add_unit(item_id=item.pk, unit_id=pallet.pk, factor=Decimal("50.5"), by=SYSTEM)
    assert in_base_unit(item_id=item.pk, qty=Decimal(2), unit_code="pallet") == 101
    assert in_base_unit(item_id=item.pk, qty=Decimal(2), unit_code="pc") == 2
    with pytest.raises(UnitUnknown):
        in_base_unit(item_id=item.pk, qty=Decimal(2), unit_code="kg")
    with pytest.raises(NotPositive):
        add_unit(item_id=item.pk, unit_id=pallet.pk, factor=Decimal(0), by=SYSTEM)


def test_terms_are_replaced_and_fall_back_on_the_item() -> None:
    item = make_item(pack_qty=6, moq=12, lead_days=4)
    supplier, currency = make_supplier(), make_currency()
    for price in (2, 3):
        set_supplier_terms(
            supplier_id=supplier.pk, item_id=item.pk, price=Decimal(price), currency_id=currency.pk, moq=Decimal(5),
            by=SYSTEM,
        )  # fmt: skip
    assert SupplierItem.objects.count() == 1
    terms = supplier_terms([item.pk])[item.pk]
    assert (terms.price, terms.pack_qty, terms.moq, terms.lead_days) == (3, 6, 5, 4)
    make_terms(item, price=1, rank=2)
    assert supplier_terms([item.pk])[item.pk].supplier_id == supplier.pk
    assert supplier_terms([make_item().pk]) == {}


def test_standard_costs_follow_each_other_without_overlap() -> None:
    item = make_item()
    for cost, since in [(5, date(2026, 1, 1)), (6, date(2026, 3, 1)), (6, date(2026, 3, 1)), (7, date(2026, 2, 1))]:
        set_standard_costs(costs={item.pk: Decimal(cost)}, since=since, by=SYSTEM)
    periods = StandardCost.objects.order_by("valid").values_list("cost", "valid")
    assert [(cost, valid.lower, valid.upper) for cost, valid in periods] == [
        (5, date(2026, 1, 1), date(2026, 2, 1)),
        (7, date(2026, 2, 1), None),
    ]
    item.refresh_from_db()
    assert item.standard_cost == 7
    with pytest.raises(NotPositive):
        set_standard_costs(costs={item.pk: Decimal(-1)}, since=date(2026, 5, 1), by=SYSTEM)


def test_opening_stock_is_entered_once() -> None:
    warehouse, item, tracked = make_warehouse(), make_item(), make_item(tracking="lot")
    lines = [
        OpeningLine(item.pk, Decimal(20), Decimal("224.00")),
        OpeningLine(item.pk, Decimal(15), Decimal("177.75")),
        OpeningLine(tracked.pk, Decimal(2), Decimal(3), lot_code="A"),
    ]
    with pytest.raises(NotAllowed):
        enter_opening_stock(warehouse_id=warehouse.pk, lines=lines, at=NOON, by=make_user("storekeeper"), key="2026")
    first = enter_opening_stock(warehouse_id=warehouse.pk, lines=lines, at=NOON, by=make_user("accountant"), key="2026")
    again = enter_opening_stock(warehouse_id=warehouse.pk, lines=lines, at=NOON, by=SYSTEM, key="2026")
    assert [move.pk for move in first] == [move.pk for move in again]
    assert stock_value_as_of(NOON) == Decimal("404.75")


def test_lots_are_made_once_and_held_by_who_may() -> None:
    item = make_item(tracking="lot")
    lot = create_lot(item_id=item.pk, code="A", by=make_user("storekeeper"), expires_on=date(2027, 1, 1))
    assert create_lot(item_id=item.pk, code="A", by=SYSTEM).pk == lot.pk
    with pytest.raises(NotAllowed):
        set_lot_status(lot_id=lot.pk, status=LotStatus.BLOCKED, at=NOON, by=make_user("operator"))
    assert set_lot_status(lot_id=lot.pk, status=LotStatus.BLOCKED, at=NOON, by=SYSTEM).status == LotStatus.BLOCKED


def test_a_warehouse_has_a_place_and_the_world_outside_is_there_once() -> None:
    branch = make_branch()
    with pytest.raises(NotAllowed):
        create_warehouse(branch_id=branch.pk, code="n", name="North", by=make_user("storekeeper"))
    warehouse = create_warehouse(branch_id=branch.pk, code="n", name="North", by=make_user("administrator"))
    assert warehouse.locations.get().is_default
    assert outside("customer").pk == outside("customer").pk
    with pytest.raises(ValueError, match="lies in a warehouse"):
        outside("stock")
    with pytest.raises(IntegrityError), transaction.atomic():
        Location.objects.create(kind="customer", code="second")
