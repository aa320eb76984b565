"""What suppliers have billed of purchase lines, told by finance."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from core.actors import Actor
from core.transactions import command
from core.updating import add_to_rows
from inventory.models import PurchaseOrderLine


@command
def note_billed(*, qtys: Mapping[int, Decimal], by: Actor) -> None:
    """Add to the billed quantities of purchase lines ({line: quantity in base units}), in one statement.

    The caller holds the lock of the purchase order and has checked the quantities.
    """
    add_to_rows(PurchaseOrderLine, {pk: {"billed_qty": qty} for pk, qty in qtys.items()}, guard=["billed_qty"])
