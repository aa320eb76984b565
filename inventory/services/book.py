"""The changes of one posting to balances, demands, supplies and pegs: decided on locked rows, written set-wise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet

from core.inserting import insert_rows
from core.quantities import NOTHING
from core.remembered import remembered_for_all
from core.updating import add_to_rows
from inventory.choices import DemandStatus, PegStatus, SupplyStatus
from inventory.models import Demand, Peg, StockBalance, Supply

PegKey = tuple[int, int | None, int | None]  # demand, balance, supply


class Book:
    """Collects what changes; the rows in hand show it at once, the database when `write` is called.

    All rows that are handed in have to be locked. However many lines a posting has, `write` is at most five
    statements. Three sums hold afterwards: a balance's `reserved`, a supply's and a demand's `pegged_qty` are
    each the open rest of their open pegs.
    """

    def __init__(self, pegs: Iterable[Peg] = ()) -> None:
        self._pegs: dict[PegKey, Peg] = {_key(peg): peg for peg in pegs if peg.status == PegStatus.OPEN}
        self._new: list[Peg] = []
        self._statuses: dict[type[Model], dict[int, str]] = defaultdict(dict)
        self._deltas: dict[type[Model], dict[int, dict[str, Decimal]]] = defaultdict(lambda: defaultdict(dict))

    def add(self, row: StockBalance | Demand | Supply | Peg, **amounts: Decimal) -> None:
        """Add to numeric fields of a row, in hand and (later) in the database."""
        for field, amount in amounts.items():
            setattr(row, field, getattr(row, field) + amount)
            if row.pk is not None:
                changes = self._deltas[type(row)][row.pk]
                changes[field] = changes.get(field, NOTHING) + amount

    def pegs_of(self, demand: Demand) -> list[Peg]:
        return [peg for peg in self._pegs.values() if peg.demand_id == demand.pk]

    def pegs_on(self, supply: Supply) -> list[Peg]:
        return [peg for peg in self._pegs.values() if peg.supply_id == supply.pk]

    def peg(
        self, demand: Demand, qty: Decimal, *, balance: StockBalance | None = None, supply: Supply | None = None
    ) -> None:
        """Set `qty` aside for a demand: on stock, or on coming goods. One open peg per pair grows."""
        source: StockBalance | Supply | None = balance or supply
        assert source is not None  # noqa: S101 - a caller's mistake
        self._hold(source, qty)
        self.add(demand, pegged_qty=qty)
        self._grow(demand.pk, qty, balance=balance, supply=supply)

    def _grow(self, demand_id: int, qty: Decimal, *, balance: StockBalance | None, supply: Supply | None) -> None:
        key = (demand_id, balance.pk if balance else None, supply.pk if supply else None)
        known = self._pegs.get(key)
        if known is not None:
            self.add(known, qty=qty)
            return
        known = Peg(demand_id=demand_id, balance=balance, supply=supply, qty=qty, used_qty=NOTHING)
        self._pegs[key] = known
        self._new.append(known)

    def _hold(self, source: StockBalance | Supply, qty: Decimal) -> None:
        if isinstance(source, StockBalance):
            self.add(source, reserved=qty)
        else:
            self.add(source, pegged_qty=qty)

    def use(self, peg: Peg, qty: Decimal, *, source: StockBalance | Supply) -> None:
        """`qty` of a peg is fulfilled: the goods went out of stock, or the coming goods arrived."""
        self._hold(source, -qty)
        self.add(peg, used_qty=qty)
        if peg.used_qty >= peg.qty:
            self._close(peg, PegStatus.USED)

    def arrive(self, peg: Peg, qty: Decimal, *, supply: Supply, balance: StockBalance) -> None:
        """Coming goods of a peg have arrived: they are set aside on stock for the same demand."""
        self.use(peg, qty, source=supply)
        self._hold(balance, qty)
        self._grow(peg.demand_id, qty, balance=balance, supply=None)

    def release(self, peg: Peg, qty: Decimal, *, demand: Demand, source: StockBalance | Supply) -> None:
        """Give `qty` of a peg's open rest back."""
        self._hold(source, -qty)
        self.add(demand, pegged_qty=-qty)
        if qty >= open_qty(peg):
            self._close(peg, PegStatus.RELEASED)
        else:
            self.add(peg, qty=-qty)

    def _close(self, peg: Peg, status: PegStatus) -> None:
        del self._pegs[_key(peg)]
        if peg.pk is None:
            self._new.remove(peg)
        else:
            self._statuses[Peg][peg.pk] = status.value

    def settle(self, row: Demand | Supply) -> None:
        """Nothing more is open on this row; its status says done."""
        row.status = DemandStatus.DONE if isinstance(row, Demand) else SupplyStatus.DONE
        self._statuses[type(row)][row.pk] = row.status.value

    def write(self) -> None:
        for model in (StockBalance, Demand, Supply, Peg):
            changes = {pk: row for pk, row in self._deltas[model].items() if any(row.values())}
            add_to_rows(model, changes, statuses=self._statuses[model])
        # After the closed ones have their status: only one peg of a pair may be open.
        insert_rows(self._new)


def _key(peg: Peg) -> PegKey:
    return (peg.demand_id, peg.balance_id, peg.supply_id)


def open_qty(peg: Peg) -> Decimal:
    """The part of a peg that still waits for its goods."""
    return peg.qty - peg.used_qty


def open_on_demand(demand: Demand) -> Decimal:
    """What a demand still wants and nothing is meant for."""
    if demand.status != DemandStatus.OPEN:
        return NOTHING
    return demand.qty - demand.done_qty - demand.pegged_qty


def free_on_supply(supply: Supply) -> Decimal:
    """Coming goods that are not meant for anybody yet."""
    if supply.status != SupplyStatus.OPEN:
        return NOTHING
    return max(supply.qty - supply.received_qty - supply.pegged_qty, NOTHING)


def lock_demands(keys: Iterable[str]) -> dict[str, Demand]:
    """Lock demands by key, in one statement, their items and warehouses left unread."""
    wanted = set(keys)
    return {demand.key: demand for demand in _by_key(wanted)} if wanted else {}


@remembered_for_all
def _by_key(keys: Any) -> QuerySet[Demand]:
    return Demand.objects.filter(key__any=keys).locked()


def lock_open_pegs_of(demands: Iterable[Demand]) -> tuple[list[Peg], dict[int, Supply]]:
    """Lock the open pegs of locked demands and the supplies behind them (two statements)."""
    ids = {demand.pk for demand in demands}
    if not ids:
        return [], {}
    supplies = {supply.pk: supply for supply in _behind(ids)}
    return _pegs_of(ids), supplies


@remembered_for_all
def _behind(demands: Any) -> QuerySet[Supply]:
    pegs = Peg.objects.filter(demand__any=demands, status=PegStatus.OPEN, supply__isnull=False)
    return Supply.objects.filter(pk__in=pegs.values("supply")).locked()


@remembered_for_all
def _pegs_of(demands: Any) -> QuerySet[Peg]:
    return Peg.objects.filter(demand__any=demands, status=PegStatus.OPEN).locked()
