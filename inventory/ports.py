"""What the warehouse asks the apps above it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from core.actors import Actor
from core.ports import Chorus

if TYPE_CHECKING:
    from inventory.models import LayerUse, StockMove, ValueAdjustment


@dataclass(frozen=True)
class UsedShare:
    """The part of a late cost that belongs to goods which had been used: by which move, how much (base currency)."""

    use: LayerUse
    move: StockMove
    amount: Decimal
    adjustment: ValueAdjustment


@Chorus
def value_follows(shares: Sequence[UsedShare], at: datetime, by: Actor) -> None:
    """Late value goes where the goods went: an order's cost, work in progress, or the goods made of them.

    Called inside the transaction of the adjustment with the shares of moves that left the warehouses. An app
    takes the shares whose moves it made and leaves the others alone.
    """


@dataclass(frozen=True)
class Source:
    """What stands behind a move or a demand: the document's name, where it is found ("" where nobody may look).

    `needed_on` is the day on which a document that wants goods has to have them, where it knows.
    """

    label: str
    url: str = ""
    note: str = ""
    needed_on: date | None = None


@Chorus
def sources_of(keys: Collection[str], by: Actor) -> dict[str, Source]:
    """The documents behind keys such as `sales.line:12`: each app answers for its own and leaves the others out.

    A constant number of statements per app. What `by` may not see is named without an address.
    """
    return {}


def sources(keys: Collection[str], by: Actor) -> dict[str, Source]:
    """The answers of all apps together."""
    wanted = {key for key in keys if key}
    found: dict[str, Source] = {}
    for answer in sources_of(wanted, by) if wanted else ():
        found |= answer
    return found


def ids_of(keys: Collection[str], prefix: str) -> dict[str, int]:
    """The keys of a prefix such as `sales.shipment` with the record each names."""
    named = {key: key.removeprefix(f"{prefix}:").partition(":")[0] for key in keys if key.startswith(f"{prefix}:")}
    return {key: int(number) for key, number in named.items() if number.isdigit()}
