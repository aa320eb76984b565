"""Units and item categories: what the list of items stands on."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import policy
from core.actors import Actor
from core.errors import InvalidValue
from core.services.fingerprints import change_row, delete_unused, refuse_taken
from core.transactions import command
from inventory.models import ItemCategory, Unit


@command
def create_unit(*, code: str, name: str, by: Actor) -> Unit:
    """Make a unit known, such as pcs or m². Raises InvalidValue for a code that is taken."""
    policy.require(by, "inventory.manage_items")
    refuse_taken(Unit, label=_("code"), code__iexact=code)
    return Unit.objects.create(code=code, name=name)


@command
def rename_unit(*, unit_id: int, name: str, by: Actor, seen: str = "") -> Unit:
    """Give a unit another name; its code stays, because quantities were written with it."""
    policy.require(by, "inventory.manage_items")
    return change_row(Unit, unit_id, {"name": name}, seen=seen)


@command
def delete_unit(*, unit_id: int, by: Actor) -> bool:
    """Delete a unit that no item uses; False when it is gone already. Raises StillUsed."""
    policy.require(by, "inventory.manage_items")
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is not None:
        delete_unused(unit)
    return unit is not None


@command
def create_category(*, name: str, by: Actor, parent_id: int | None = None) -> ItemCategory:
    """A category of items, perhaps inside another. Raises InvalidValue for a name that is there already."""
    policy.require(by, "inventory.manage_items")
    refuse_taken(ItemCategory, label=_("name"), name__iexact=name, parent=parent_id)
    return ItemCategory.objects.create(name=name, parent_id=parent_id)


@command
def change_category(*, category_id: int, name: str, parent_id: int | None, by: Actor, seen: str = "") -> ItemCategory:
    """Rename a category or move it into another one, never into itself or below itself.

    Locks all categories, so that two moves cannot make a ring. Raises InvalidValue, ChangedMeanwhile.
    """
    policy.require(by, "inventory.manage_items")
    parents = dict(ItemCategory.objects.order_by("pk").select_for_update(no_key=True).values_list("pk", "parent"))
    above = parent_id
    while above is not None:
        if above == category_id:
            raise InvalidValue(field=_("inside"), problem=_("a category cannot lie inside itself"))
        above = parents.get(above)
    refuse_taken(ItemCategory, label=_("name"), apart_from=category_id, name__iexact=name, parent=parent_id)
    return change_row(ItemCategory, category_id, {"name": name, "parent_id": parent_id}, seen=seen)


@command
def delete_category(*, category_id: int, by: Actor) -> bool:
    """Delete a category without items and without categories in it; False when it is gone. Raises StillUsed."""
    policy.require(by, "inventory.manage_items")
    category = ItemCategory.objects.filter(pk=category_id).first()
    if category is not None:
        delete_unused(category)
    return category is not None
