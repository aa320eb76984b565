"""What production answers when the warehouse asks for the document behind a key."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils import timezone

from core import policy
from core.actors import Actor
from core.ui.shell import address
from inventory.ports import Source, ids_of
from production.models import WorkOrder, WorkOrderMaterial

OF_ORDERS = ("production.issue", "production.output", "production.work_order", "production.make")


def own_sources(keys: Collection[str], by: Actor) -> dict[str, Source]:
    """The work orders behind issues, outputs, materials and made goods (at most two statements)."""
    materials = ids_of(keys, "production.material")
    orders = {key: pk for prefix in OF_ORDERS for key, pk in ids_of(keys, prefix).items()}
    rows = WorkOrderMaterial.objects.filter(pk__in=set(materials.values()))
    of_material = dict(rows.values_list("pk", "work_order")) if materials else {}
    orders |= {key: of_material[pk] for key, pk in materials.items() if pk in of_material}
    if not orders:
        return {}
    found = WorkOrder.objects.select_related("item").in_bulk(set(orders.values()))
    may_see = policy.allows(by, "production.view_workorder")
    return {
        key: Source(
            found[pk].number,
            address("production:workorder_card", pk) if may_see else "",
            found[pk].item.name,
            needed_on=_begins_on(found[pk]) if key in materials else None,
        )
        for key, pk in orders.items()
        if pk in found
    }


def _begins_on(work: WorkOrder) -> date | None:
    """Material has to be there when the work is to begin."""
    return timezone.localtime(work.starts_at).date() if work.starts_at else work.due_on
