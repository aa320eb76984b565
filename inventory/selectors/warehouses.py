"""Warehouses, as other parts name them."""

from inventory.models import Warehouse


def names() -> list[tuple[int, str]]:
    """Key and name of every working warehouse, by name."""
    return list(Warehouse.objects.filter(is_active=True).order_by("name", "pk").values_list("pk", "name"))
