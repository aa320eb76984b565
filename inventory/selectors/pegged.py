"""Who has set goods aside, and what is coming for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F

from core.actors import Actor
from inventory.choices import DemandStatus, PegStatus, SupplyStatus
from inventory.models import Demand, Item, Peg, Supply
from inventory.ports import Source, sources

SHOWN = 50


@dataclass(frozen=True)
class PegRow:
    """`qty` is set aside for a demand: on stock at `place`, or out of a coming supply."""

    source: Source
    qty: Decimal
    due_on: date | None
    place: str = ""
    supply: Source | None = None
    comes_on: date | None = None


@dataclass(frozen=True)
class ComingRow:
    """What a supply still brings, and how much of it nobody has claimed."""

    source: Source
    kind: str
    qty: Decimal
    free: Decimal
    due_on: date | None
    warehouse: str


def pegs_of(item: Item, warehouse_ids: Sequence[int], by: Actor) -> list[PegRow]:
    """Who an item is set aside for, earliest first, what lacks it last. Two statements and those of the apps asked."""
    pegs = list(
        Peg.objects.filter(demand__item=item, demand__warehouse__in=warehouse_ids, status=PegStatus.OPEN)
        .select_related("demand", "balance__location", "supply")
        .order_by(F("demand__due_on").asc(nulls_last=True), "pk")[:SHOWN]
    )
    short = list(
        Demand.objects.filter(item=item, warehouse__in=warehouse_ids, status=DemandStatus.OPEN)
        .annotate(lacking=F("qty") - F("done_qty") - F("pegged_qty"))
        .filter(lacking__gt=0)
        .order_by(F("due_on").asc(nulls_last=True), "pk")[:SHOWN]
    )
    keys = {peg.demand.key for peg in pegs} | {row.key for row in short} | {p.supply.key for p in pegs if p.supply}
    known = sources(keys, by)
    rows = [
        PegRow(
            source=named(known, peg.demand),
            qty=peg.qty - peg.used_qty,
            due_on=peg.demand.due_on,
            place=peg.balance.location.code if peg.balance else "",
            supply=named(known, peg.supply) if peg.supply else None,
            comes_on=peg.supply.due_on if peg.supply else None,
        )
        for peg in pegs
    ]
    lacking: list[Any] = short
    return [*rows, *(PegRow(named(known, row), row.lacking, row.due_on) for row in lacking)]


def named(known: dict[str, Source], row: Demand | Supply) -> Source:
    """The document behind a demand or supply; the label it was registered with where nobody answers."""
    return known.get(row.key) or Source(row.label or row.key)


def coming_of(item: Item, warehouse_ids: Sequence[int], by: Actor) -> list[ComingRow]:
    """What is coming of an item, earliest first (one statement and those of the apps asked)."""
    rows = list(
        Supply.objects.filter(item=item, warehouse__in=warehouse_ids, status=SupplyStatus.OPEN)
        .select_related("warehouse")
        .order_by(F("due_on").asc(nulls_last=True), "pk")[:SHOWN]
    )
    known = sources({row.key for row in rows}, by)
    return [
        ComingRow(
            source=named(known, row),
            kind=str(row.get_kind_display()),
            qty=max(row.qty - row.received_qty, Decimal(0)),
            free=max(row.qty - row.received_qty - row.pegged_qty, Decimal(0)),
            due_on=row.due_on,
            warehouse=str(row.warehouse),
        )
        for row in rows
    ]
