"""Units, categories, warehouses, places, scrap reasons, sources and routes."""

from __future__ import annotations

import pytest

from core.errors import InvalidValue, NotAllowed
from core.services.fingerprints import ChangedMeanwhile, StillUsed, fingerprint
from crm.services import sources
from inventory.errors import PlaceNotEmpty
from inventory.models import ItemCategory, Location, StockBalance
from inventory.services import catalogue, premises
from production.services import scrap
from tests.factories import core as make
from tests.factories import inventory

pytestmark = pytest.mark.django_db


def test_a_unit_in_use_stays(admin):
    item = inventory.make_item()
    with pytest.raises(StillUsed):
        catalogue.delete_unit(unit_id=item.unit_id, by=admin)
    unit = catalogue.create_unit(code="roll", name="Roll", by=admin)
    with pytest.raises(InvalidValue):
        catalogue.create_unit(code="ROLL", name="Twice", by=admin)
    assert catalogue.delete_unit(unit_id=unit.pk, by=admin)
    assert not catalogue.delete_unit(unit_id=unit.pk, by=admin)
    with pytest.raises(NotAllowed):
        catalogue.create_unit(code="x", name="X", by=make.make_user("seller"))


def test_a_category_never_lies_inside_itself(admin):
    top = catalogue.create_category(name="Wood", by=admin)
    low = catalogue.create_category(name="Oak", parent_id=top.pk, by=admin)
    with pytest.raises(InvalidValue):
        catalogue.change_category(category_id=top.pk, name="Wood", parent_id=low.pk, by=admin)
    with pytest.raises(StillUsed):
        catalogue.delete_category(category_id=top.pk, by=admin)
    catalogue.change_category(category_id=low.pk, name="Oak", parent_id=None, by=admin)
    assert catalogue.delete_category(category_id=top.pk, by=admin)
    assert ItemCategory.objects.get() == low


def test_a_warehouse_with_goods_stays_in_use(admin):
    warehouse = premises.open_warehouse(branch_id=make.make_branch().pk, code="hall", name="Hall", by=admin)
    place = warehouse.locations.get()
    StockBalance.objects.create(item=inventory.make_item(), location=place, qty=3)
    with pytest.raises(PlaceNotEmpty):
        premises.change_warehouse(warehouse_id=warehouse.pk, name="Hall", is_active=False, by=admin)
    with pytest.raises(InvalidValue):
        premises.open_warehouse(branch_id=warehouse.branch_id, code="hall", name="Twice", by=admin)


def test_the_default_place_moves_and_then_the_old_one_may_go(admin):
    warehouse = premises.open_warehouse(branch_id=make.make_branch().pk, code="hall", name="Hall", by=admin)
    old = warehouse.locations.get()
    new = premises.open_place(warehouse_id=warehouse.pk, code="A-1", by=admin)
    with pytest.raises(InvalidValue):
        premises.change_place(location_id=old.pk, name="", is_active=False, by=admin)
    assert premises.make_default_place(location_id=new.pk, by=admin)
    assert not premises.make_default_place(location_id=new.pk, by=admin)
    premises.change_place(location_id=old.pk, name="Old", is_active=False, by=admin)
    assert Location.objects.get(warehouse=warehouse, is_default=True) == new
    with pytest.raises(NotAllowed):
        premises.open_place(warehouse_id=warehouse.pk, code="B", by=make.make_user("storekeeper"))


def test_sources_make_no_ring_and_routes_keep_their_order(admin):
    fair = sources.create_source(code="fair", name="Fair", channel="fair", by=admin)
    stand = sources.create_source(code="stand", name="Stand", channel="fair", parent_id=fair.pk, by=admin)
    with pytest.raises(InvalidValue):
        sources.change_source(source_id=fair.pk, changes={"parent_id": stand.pk}, by=admin)
    seen = fingerprint(stand)
    sources.change_source(source_id=stand.pk, changes={"name": "Stand 1"}, by=admin)
    with pytest.raises(ChangedMeanwhile):
        sources.change_source(source_id=stand.pk, changes={"name": "Stand 2"}, seen=seen, by=admin)
    seller, other = make.make_user("seller"), make.make_user("seller")
    one = sources.create_route(source_id=fair.pk, owner_id=seller.pk, by=admin)
    assert sources.create_route(source_id=fair.pk, owner_id=seller.pk, by=admin) == one
    two = sources.create_route(source_id=None, owner_id=other.pk, by=admin)
    assert sources.move_route(route_id=two.pk, up=True, by=admin)
    assert not sources.move_route(route_id=two.pk, up=True, by=admin)
    one.refresh_from_db()
    two.refresh_from_db()
    assert two.position < one.position
    type(other).objects.filter(pk=other.pk).update(is_active=False)
    with pytest.raises(InvalidValue):
        sources.change_route(route_id=two.pk, source_id=fair.pk, owner_id=other.pk, is_active=True, by=admin)
    assert sources.remove_route(route_id=two.pk, by=admin)
    assert not sources.remove_route(route_id=two.pk, by=admin)


def test_a_reason_for_scrap_is_named_once(admin):
    reason = scrap.create_reason(name="Crack", by=admin)
    with pytest.raises(InvalidValue):
        scrap.create_reason(name="crack", by=admin)
    scrap.rename_reason(reason_id=reason.pk, name="Split", by=admin)
    assert scrap.delete_reason(reason_id=reason.pk, by=admin)
    with pytest.raises(NotAllowed):
        scrap.create_reason(name="Mine", by=make.make_user("operator"))
