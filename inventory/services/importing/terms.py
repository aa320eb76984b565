"""Suppliers' prices out of a file."""

from __future__ import annotations

from collections.abc import Sequence

from core import policy
from core.actors import Actor
from core.imports.profiles import Entry, Written
from core.imports.writing import Wish, grant
from core.transactions import command
from inventory.models import SupplierItem

COLUMNS = ("supplier_id", "item_id", "price", "currency_id", "pack_qty", "moq", "lead_days", "rank")


@command
def import_supplier_terms(*, entries: Sequence[Entry], by: Actor, dry: bool = False) -> list[Written]:
    """Set what suppliers ask for items, one row per supplier and item; values that a row does not name stay.

    The same rows again change nothing. Three statements for any number of rows; with `dry` nothing is written.
    """
    policy.require(by, "inventory.manage_items")
    wishes = [
        Wish({name: entry.values[name] for name in COLUMNS if name in entry.values}, entry.record_id, entry.line)
        for entry in entries
    ]
    done = grant(SupplierItem, wishes, by=by, dry=dry)
    return [result.written(wish.line, SupplierItem) for wish, result in zip(wishes, done, strict=True)]
