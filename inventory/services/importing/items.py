"""Items out of a file."""

from __future__ import annotations

from collections.abc import Sequence

from core import policy
from core.actors import Actor
from core.imports import own_fields
from core.imports.profiles import Entry, Written
from core.imports.writing import Wish, grant
from core.transactions import command
from inventory.errors import ValuationFixed
from inventory.models import Item, ItemCategory, StockMove
from inventory.services.items import FIXED_AFTER_FIRST_MOVE

COLUMNS = (
    "sku", "name", "type", "service_role", "status", "category_id", "unit_id", "valuation", "tracking", "replenishment",
    "is_sold", "tax_id", "standard_cost", "min_stock", "reorder_point", "pack_qty", "moq", "lead_days", "weight_kg",
    "tolerance_pct", "external_key",
)  # fmt: skip
FIXED = frozenset(FIXED_AFTER_FIRST_MOVE) & frozenset(COLUMNS)


@command
def import_items(*, entries: Sequence[Entry], by: Actor, dry: bool = False) -> list[Written]:
    """Enter items and change known ones (`record_id`); values that a row does not name stay.

    Categories that nobody knows are made. The same rows again change nothing. About eight statements for any number
    of rows; with `dry` nothing is written. Raises NotAllowed, ValuationFixed.
    """
    policy.require(by, "inventory.manage_items")
    if any(entry.values.get("standard_cost") is not None for entry in entries):
        policy.require(by, "inventory.view_costs")
    made = _categories(entries, by=by, dry=dry)
    wishes = []
    for entry in entries:
        plain, own = own_fields.split(entry.values)
        values = {name: plain[name] for name in COLUMNS if name in plain}
        if own:
            values["custom"] = own
        wishes.append(Wish(values, entry.record_id, entry.line))
    _require_unmoved(entries)
    done = grant(Item, wishes, by=by, dry=dry)
    return [*made, *(result.written(wish.line, Item) for wish, result in zip(wishes, done, strict=True))]


def _categories(entries: Sequence[Entry], *, by: Actor, dry: bool) -> list[Written]:
    """The categories that rows name, made at the top where there are none."""
    lines = {entry.values["category"]: entry.line for entry in reversed(entries) if entry.values.get("category")}
    if not lines:
        return []
    found: dict[str, int] = {}
    rows = ItemCategory.objects.filter(name__in=lines).order_by("-parent_id", "-pk").values_list("name", "pk")
    found.update(rows)
    missing = [name for name in lines if name not in found]
    wishes = [Wish({"name": name}, line=lines[name]) for name in missing]
    done = grant(ItemCategory, wishes, by=by, dry=dry)
    found.update({name: result.pk for name, result in zip(missing, done, strict=True)})
    for entry in entries:
        name = entry.values.get("category")
        if name and found[name]:
            entry.values["category_id"] = found[name]
    return [result.written(wish.line, ItemCategory, own=False) for wish, result in zip(wishes, done, strict=True)]


def moved_and_different(entries: Sequence[Entry]) -> dict[int, tuple[str, str]]:
    """Rows (by line) that would change what is fixed once an item has moved: its number and the column."""
    known = {entry.record_id: entry for entry in entries if entry.record_id is not None and FIXED & set(entry.values)}
    if not known:
        return {}
    found: dict[int, tuple[str, str]] = {}
    moved = set(StockMove.objects.filter(item__in=known).values_list("item_id", flat=True).distinct())
    for row in Item.objects.filter(pk__in=moved).values("pk", "sku", *FIXED):
        entry = known[row["pk"]]
        for name in sorted(FIXED & set(entry.values)):
            if entry.values[name] != row[name]:
                found[entry.line] = (row["sku"], name)
    return found


def _require_unmoved(entries: Sequence[Entry]) -> None:
    for sku, _name in moved_and_different(entries).values():
        raise ValuationFixed(sku=sku)
