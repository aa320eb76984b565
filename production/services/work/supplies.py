"""Goods that a work order was to bring and will not."""

from __future__ import annotations

from datetime import datetime

from core.actors import SYSTEM, Actor
from inventory.services import reservations
from production.models import WorkOrder
from production.services import scheduling
from production.services.keys import material_key, supply_key


def give_up_goods(work: WorkOrder, *, at: datetime, by: Actor) -> None:
    """Nothing more will come of the order. Who waited for it is short again and gets a promise without it."""
    short = reservations.close_supplies(keys=[supply_key(work.pk)], by=SYSTEM)
    if short:
        scheduling.schedule_waiting(demand_keys=short, at=at, by=by)


def give_up_material(work: WorkOrder) -> None:
    """The order needs nothing more; what was set aside for it is free."""
    reservations.cancel_demands(keys=[material_key(row.pk) for row in work.materials.all()], by=SYSTEM)
