"""Goods have to go although somebody set them aside: those who need them last give them back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from inventory.choices import PegStatus
from inventory.models import Demand, Peg
from inventory.services import balances
from inventory.services.balances import Place
from inventory.services.book import Book, open_qty


def free_places(going: Mapping[Place, Decimal], warehouse_id: int) -> list[str]:
    """Release stock pegs where less is free than has to go, the latest demand first; the keys of those that lose.

    Called inside a service, which covers the demands again afterwards. Locks all balances of the items in the
    warehouse, then demands and pegs. Six statements for any number of places.
    """
    pairs = balances.lock_pairs((item, warehouse_id) for item, _, _ in going)
    rows = {(row.item_id, row.location_id, row.lot_id): row for found in pairs.values() for row in found}
    needed = {place: row for place, row in rows.items() if place in going and row.qty - row.reserved < going[place]}
    waiting = Peg.objects.filter(balance__in=needed.values(), status=PegStatus.OPEN)
    demands = {row.pk: row for row in Demand.objects.filter(pk__in=waiting.values("demand")).locked()}
    pegs = list(waiting.locked())
    places = {row.pk: place for place, row in needed.items()}
    book, keys = Book(pegs), set()
    for peg in sorted(pegs, key=lambda peg: _importance(demands[peg.demand_id]), reverse=True):
        place = places[peg.balance_id or 0]
        row = needed[place]
        part = min(open_qty(peg), going[place] - (row.qty - row.reserved))
        if part > 0:
            book.release(peg, part, demand=demands[peg.demand_id], source=row)
            keys.add(demands[peg.demand_id].key)
    book.write()
    return sorted(keys)


def _importance(demand: Demand) -> tuple[date, int]:
    return (demand.due_on or date.max, demand.pk)
