"""Opening stock out of a file: each row is posted once, and what is posted is taken back by a reversal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef

from core import policy
from core.actors import SYSTEM, Actor
from core.errors import DomainError
from core.imports.profiles import CREATED, SAME, Entry, Written
from core.money import cents
from core.transactions import command
from inventory.choices import LocationKind, MoveKind
from inventory.errors import OpenedDifferently
from inventory.models import StockMove, Warehouse
from inventory.services import lots, places
from inventory.services.moves import Put, reverse_moves, store_goods

PREFIX = "inventory.opening:import"


@command
def import_openings(*, entries: Sequence[Entry], by: Actor) -> list[Written]:
    """Post opening stock, one move and cost layer per row. `value` is the row's worth, else `unit_cost` × `qty`.

    An item is opened once per place and lot: the same row again changes nothing, another quantity or value is
    refused (a count is the way to correct stock), and after it was taken back it can be opened anew. Rows of one
    warehouse and moment are posted together. Locks and errors as `store_goods`; raises OpenedDifferently.
    """
    sites = Warehouse.objects.in_bulk({entry.values["warehouse_id"] for entry in entries})
    for site in sites.values():
        policy.require(by, "inventory.enter_opening_stock", site)
    named = lots.named_lots({(e.values["item_id"], e.values["lot"]) for e in entries if e.values.get("lot")})
    defaults = places.default_locations(sites)
    puts: dict[tuple[int, datetime], list[tuple[Entry, Put]]] = {}
    for entry in entries:
        values = entry.values
        lot = named[values["item_id"], values["lot"]].pk if values.get("lot") else None
        location_id = values.get("location_id") or defaults[values["warehouse_id"]].pk
        put = Put(
            item_id=values["item_id"],
            warehouse_id=values["warehouse_id"],
            qty=values["qty"],
            value=_worth(values),
            source_key=f"{PREFIX}:{values['item_id']}:{location_id}:{lot or 0}",
            location_id=location_id,
            lot_id=lot,
        )
        puts.setdefault((values["warehouse_id"], values["at"]), []).append((entry, put))
    written: list[Written] = []
    for (warehouse_id, at), rows in puts.items():
        written += _post(sites[warehouse_id], at, rows)
    return written


def _worth(values: dict[str, object]) -> Decimal:
    value, cost, qty = values.get("value"), values.get("unit_cost"), values["qty"]
    if isinstance(value, Decimal):
        return cents(value)
    return cents(cost * qty) if isinstance(cost, Decimal) and isinstance(qty, Decimal) else Decimal(0)


def _post(site: Warehouse, at: datetime, rows: Sequence[tuple[Entry, Put]]) -> list[Written]:
    """Post the rows that are not posted yet, under a key that counts how often the place was opened before."""
    stems = {put.source_key for _entry, put in rows}
    reversed_by = StockMove.objects.filter(reversal_of=OuterRef("pk"))
    posted: dict[str, list[StockMove]] = {}
    moves = StockMove.objects.filter(kind=MoveKind.OPENING, item__in={put.item_id for _entry, put in rows})
    for move in moves.filter(source_key__startswith=PREFIX).annotate(is_reversed=Exists(reversed_by)).order_by("pk"):
        stem = ":".join((move.source_key or "").split(":")[:5])
        if stem in stems:
            posted.setdefault(stem, []).append(move)
    written, fresh = [], []
    for entry, put in rows:
        before = posted.get(put.source_key, [])
        standing = next((move for move in before if not move.is_reversed), None)  # type: ignore[attr-defined]
        if standing is None:
            fresh.append((entry, _named(put, f"{put.source_key}:{len(before) + 1}")))
        elif (standing.qty, standing.value) == (put.qty, put.value):
            written.append(Written(entry.line, StockMove, standing.pk, SAME))
        else:
            raise OpenedDifferently.of(standing)
    made = store_goods(
        puts=[put for _entry, put in fresh],
        kind=MoveKind.OPENING,
        from_kind=LocationKind.OPENING,
        at=at,
        # The right to open stock was checked above and includes moving it; the history keeps the person.
        by=SYSTEM,
        branch_id=site.branch_id,
    )
    new = [Written(entry.line, StockMove, move.pk, CREATED) for (entry, _put), move in zip(fresh, made, strict=True)]
    return [*written, *new]


def _named(put: Put, key: str) -> Put:
    return Put(
        item_id=put.item_id, warehouse_id=put.warehouse_id, qty=put.qty, value=put.value, source_key=key,
        location_id=put.location_id, lot_id=put.lot_id,
    )  # fmt: skip


@command
def take_openings_back(*, move_ids: Sequence[int], at: datetime, reason: str, by: Actor) -> dict[int, str]:
    """Reverse opening moves; returns why, per move that has to stay (its goods were used or are reserved).

    A reversed one stays reversed. Each is tried by itself when they cannot all be reversed at once.
    """
    for site in Warehouse.objects.filter(locations__moves_in__in=move_ids).distinct():
        policy.require(by, "inventory.enter_opening_stock", site)
    try:
        reverse_moves(move_ids=move_ids, at=at, by=SYSTEM, reason=reason)
        return {}
    except DomainError as refused:
        if len(move_ids) == 1:
            return {move_ids[0]: str(refused)}
    middle = len(move_ids) // 2
    kept: dict[int, str] = {}
    for half in (move_ids[:middle], move_ids[middle:]):
        kept |= take_openings_back(move_ids=half, at=at, reason=reason, by=by)
    return kept
