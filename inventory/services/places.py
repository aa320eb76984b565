"""Warehouses, the places in them, and the one place of each kind outside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor, user_or_none
from core.models import Branch
from core.remembered import remembered_for_all
from core.transactions import command
from inventory.choices import LocationKind
from inventory.errors import NoPlace
from inventory.models import Location, Warehouse
from inventory.models.places import INSIDE

MAIN = "main"


def outside(kind: LocationKind) -> Location:
    """The one place that stands for suppliers, customers, production and the like; made when first needed.

    One statement when it exists. Raises ValueError for a kind that lies in a warehouse.
    """
    if kind in INSIDE:
        raise ValueError(f"{kind} lies in a warehouse")
    found = _outside(kind)
    if not found:
        Location.objects.bulk_create(
            [Location(kind=kind, code=kind, name=str(LocationKind(kind).label))], ignore_conflicts=True
        )
        found = _outside(kind)
    return found[0]


@remembered_for_all
def _outside(kind: Any) -> QuerySet[Location]:
    return Location.objects.filter(kind=kind, warehouse__isnull=True).order_by("pk")[:1]


@command
def create_warehouse(*, branch_id: int, code: str, name: str, by: Actor) -> Warehouse:
    """A warehouse of a branch with its default stock place. The code is unique (IntegrityError)."""
    branch = Branch.objects.get(pk=branch_id)
    warehouse = Warehouse(branch=branch, code=code, name=name, created_by=user_or_none(by))
    policy.require(by, "inventory.manage_warehouses", warehouse)
    warehouse.save()
    Location.objects.create(
        warehouse=warehouse, kind=LocationKind.STOCK, code=MAIN, name=_("{warehouse}: stock").format(warehouse=name),
        is_default=True,
    )  # fmt: skip
    return warehouse


@command
def add_location(
    *, warehouse_id: int, code: str, by: Actor, name: str = "", kind: LocationKind = LocationKind.STOCK
) -> Location:
    """Another place in a warehouse: a shelf to pick from, or goods on the way (not free to promise)."""
    warehouse = Warehouse.objects.get(pk=warehouse_id)
    policy.require(by, "inventory.manage_warehouses", warehouse)
    return Location.objects.create(warehouse=warehouse, kind=kind, code=code, name=name)


def default_location(warehouse_id: int) -> Location:
    """Where goods of a warehouse lie when nobody says otherwise. Raises NoPlace."""
    return default_locations([warehouse_id])[warehouse_id]


def default_locations(warehouse_ids: Iterable[int]) -> dict[int, Location]:
    """The default places of several warehouses, in one statement, their warehouses read along."""
    wanted = set(warehouse_ids)
    rows = _defaults(wanted) if wanted else []
    found = {row.warehouse_id: row for row in rows if row.warehouse_id is not None}
    for missing in sorted(wanted - set(found)):
        raise NoPlace(warehouse=Warehouse.objects.get(pk=missing).name)
    return found


@remembered_for_all
def _defaults(warehouses: Any) -> QuerySet[Location]:
    return Location.objects.filter(warehouse__any=warehouses, is_default=True).select_related("warehouse")


def warehouses(warehouse_ids: Iterable[int]) -> dict[int, Warehouse]:
    """Warehouses by id, in one statement."""
    wanted = set(warehouse_ids)
    return {row.pk: row for row in _warehouses(wanted)} if wanted else {}


@remembered_for_all
def _warehouses(keys: Any) -> QuerySet[Warehouse]:
    return Warehouse.objects.filter(pk__any=keys)


def locations(location_ids: Iterable[int]) -> dict[int, Location]:
    """Places inside warehouses by id, in one statement, their warehouses read along."""
    rows = Location.objects.filter(pk__in=set(location_ids), kind__in=INSIDE, is_active=True)
    return {row.pk: row for row in rows.select_related("warehouse")}
