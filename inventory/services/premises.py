"""Changing warehouses and places: names, the place by default, what goes out of use."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core import policy
from core.actors import Actor
from core.errors import InvalidValue
from core.services.fingerprints import change_row, refuse_taken
from core.transactions import command
from inventory.choices import LocationKind
from inventory.errors import PlaceNotEmpty
from inventory.models import Location, StockBalance, Warehouse
from inventory.models.places import INSIDE
from inventory.services.places import add_location, create_warehouse


@command
def open_warehouse(*, branch_id: int, code: str, name: str, by: Actor) -> Warehouse:
    """A warehouse of a branch with its first place. Raises InvalidValue for a code that is taken."""
    refuse_taken(Warehouse, label=_("code"), code=code)
    return create_warehouse(branch_id=branch_id, code=code, name=name, by=by)


@command
def change_warehouse(*, warehouse_id: int, name: str, is_active: bool, by: Actor, seen: str = "") -> Warehouse:
    """Rename a warehouse or take it out of use; its moves stay.

    Locks it. Raises PlaceNotEmpty while goods lie in it, ChangedMeanwhile.
    """
    _require(by, Warehouse.objects.get(pk=warehouse_id))

    def check(warehouse: Warehouse) -> None:
        if warehouse.is_active and not is_active:
            _require_empty(str(warehouse), location__warehouse=warehouse)

    return change_row(Warehouse, warehouse_id, {"name": name, "is_active": is_active}, seen=seen, check=check)


@command
def open_place(*, warehouse_id: int, code: str, by: Actor, name: str = "", kind: str = LocationKind.STOCK) -> Location:
    """Another place in a warehouse. Raises InvalidValue for a code that is taken there, or a kind outside."""
    if kind not in INSIDE:
        raise InvalidValue(field=_("kind"), problem=_("it is no place inside a warehouse"))
    refuse_taken(Location, label=_("code"), warehouse=warehouse_id, code=code)
    return add_location(warehouse_id=warehouse_id, code=code, name=name, kind=LocationKind(kind), by=by)


@command
def change_place(*, location_id: int, name: str, is_active: bool, by: Actor, seen: str = "") -> Location:
    """Rename a place or take it out of use; its code stays on the labels.

    Locks it. Raises PlaceNotEmpty while goods lie there, InvalidValue for the place by default, ChangedMeanwhile.
    """
    _require(by, _inside(location_id).warehouse)

    def check(place: Location) -> None:
        if place.is_active and not is_active:
            if place.is_default:
                raise InvalidValue(field=_("in use"), problem=_("goods lie here when nobody says where"))
            _require_empty(str(place), location=place)

    return change_row(Location, location_id, {"name": name, "is_active": is_active}, seen=seen, check=check)


@command
def make_default_place(*, location_id: int, by: Actor) -> bool:
    """Let goods of the warehouse lie here when nobody says where; False when they do. Locks the warehouse.

    Raises InvalidValue for goods on the way, and for a place out of use.
    """
    place = _inside(location_id)
    _require(by, place.warehouse)
    Warehouse.objects.locked().get(pk=place.warehouse_id)
    place.refresh_from_db()
    if place.is_default:
        return False
    if place.kind != LocationKind.STOCK or not place.is_active:
        raise InvalidValue(field=place, problem=_("it is no stock place in use"))
    for other in Location.objects.filter(warehouse=place.warehouse_id, is_default=True):
        other.is_default = False
        other.save(update_fields=["is_default"])
    place.is_default = True
    place.save(update_fields=["is_default"])
    return True


def _inside(location_id: int) -> Any:
    return Location.objects.select_related("warehouse").get(pk=location_id, warehouse__isnull=False)


def _require(by: Actor, warehouse: Any) -> None:
    policy.require(by, "inventory.manage_warehouses", warehouse)


def _require_empty(name: str, **where: Any) -> None:
    if StockBalance.objects.filter(qty__gt=0, **where).exists():
        raise PlaceNotEmpty(place=name)
