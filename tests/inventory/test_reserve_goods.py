from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.actors import SYSTEM
from core.errors import DomainError, NotAllowed
from inventory.choices import LotStatus, SupplyKind, Tracking
from inventory.errors import (
    DemandUnknown,
    InsufficientStock,
    NotPositive,
    PegTooLarge,
    SupplyUnknown,
)
from inventory.models import Demand, Item, Peg, StockBalance, Supply, Warehouse
from inventory.services.reservations import (
    Coming,
    Coverage,
    Need,
    cancel_demand,
    close_supply,
    cover_demands,
    move_supply,
    peg_supplies,
    register_supplies,
    reserve_goods,
)
from tests.factories.core import make_user
from tests.factories.inventory import make_item, make_lot, make_warehouse, stock_up, take_out
from tests.inventory.conftest import warehouse_findings

pytestmark = pytest.mark.django_db


@pytest.fixture
def warehouse() -> Warehouse:
    return make_warehouse(name="North")


@pytest.fixture
def item() -> Item:
    return make_item("OVEN")


def need(item: Item, warehouse: Warehouse, qty: Any, key: str = "a", **fields: Any) -> Need:
    return Need(key, item.pk, warehouse.pk, Decimal(qty), **fields)


def coming(item: Item, warehouse: Warehouse, qty: Any, key: str = "po:1", **fields: Any) -> Supply:
    supply = Coming(key, SupplyKind.PURCHASE, item.pk, warehouse.pk, Decimal(qty), **fields)
    return register_supplies(supplies=[supply], by=SYSTEM)[key]


def told(row: Coverage) -> tuple[Decimal, Decimal, Decimal]:
    return (row.from_stock, row.from_supply, row.short)


def test_free_stock_is_set_aside(item: Item, warehouse: Warehouse) -> None:
    stock_up(item, warehouse, 5, 5)
    (row,) = reserve_goods(needs=[need(item, warehouse, 3)], by=make_user("seller"))
    assert told(row) == (3, 0, 0)
    assert StockBalance.objects.get(item=item).reserved == 3


def test_strict_is_all_or_nothing(item: Item, warehouse: Warehouse) -> None:
    stock_up(item, warehouse, 5, 5)
    coming(item, warehouse, 100)
    with pytest.raises(InsufficientStock, match="OVEN: 4 pc wanted, 2 pc free in North"):
        reserve_goods(needs=[need(item, warehouse, 3), need(item, warehouse, 4, "b")], by=SYSTEM)
    assert not Demand.objects.exists()
    assert StockBalance.objects.get(item=item).reserved == 0


def test_partial_takes_stock_then_the_earliest_coming_goods(item: Item, warehouse: Warehouse) -> None:
    stock_up(item, warehouse, 5, 5)
    coming(item, warehouse, 4, "late", due_on=date(2026, 4, 1))
    coming(item, warehouse, 3, "soon", due_on=date(2026, 3, 1))
    (row,) = reserve_goods(needs=[need(item, warehouse, 14)], by=SYSTEM, partial=True)
    assert told(row) == (5, 7, 2)
    pegs = Peg.objects.filter(supply__isnull=False).order_by("pk").values_list("supply__key", "qty")
    assert list(pegs) == [("soon", 3), ("late", 4)]


def test_the_same_key_again_changes_nothing(item: Item, warehouse: Warehouse) -> None:
    stock_up(item, warehouse, 2, 2)
    first = reserve_goods(needs=[need(item, warehouse, 3)], by=SYSTEM, partial=True)
    stock_up(item, warehouse, 5, 5)
    assert reserve_goods(needs=[need(item, warehouse, 3)], by=SYSTEM, partial=True) == first
    assert (Demand.objects.count(), Peg.objects.count()) == (1, 1)


def test_covering_later_takes_what_came_meanwhile(item: Item, warehouse: Warehouse) -> None:
    stock_up(item, warehouse, 2, 2)
    needs = [need(item, warehouse, 3, "late", due_on=date(2026, 5, 1)), need(item, warehouse, 3, "soon")]
    needs[1] = need(item, warehouse, 3, "soon", due_on=date(2026, 4, 1))
    reserve_goods(needs=needs, by=SYSTEM, partial=True)
    stock_up(item, warehouse, 3, 3)
    covered = {row.key: told(row) for row in cover_demands(keys=["late", "soon"], by=SYSTEM)}
    assert covered == {"late": (2, 0, 1), "soon": (3, 0, 0)}
    assert cover_demands(keys=["late"], by=SYSTEM)[0].short == 1
    with pytest.raises(DemandUnknown):
        cover_demands(keys=["nobody"], by=SYSTEM)


def test_held_lots_are_not_promised(warehouse: Warehouse) -> None:
    item = make_item(tracking=Tracking.LOT)
    stock_up(item, warehouse, 2, 2, lot_id=make_lot(item, status=LotStatus.BLOCKED).pk)
    with pytest.raises(InsufficientStock):
        reserve_goods(needs=[need(item, warehouse, 1)], by=SYSTEM)


def test_cancelling_gives_everything_back(item: Item, warehouse: Warehouse) -> None:
    stock_up(item, warehouse, 2, 2)
    coming(item, warehouse, 2)
    reserve_goods(needs=[need(item, warehouse, 4)], by=SYSTEM, partial=True)
    for _twice in range(2):
        cancel_demand(key="a", by=SYSTEM)
    assert (StockBalance.objects.get(item=item).reserved, Supply.objects.get().pegged_qty) == (0, 0)
    demand = Demand.objects.get()
    assert (demand.status, demand.pegged_qty) == ("cancelled", 0)


def test_a_closed_supply_leaves_its_demands_short(item: Item, warehouse: Warehouse) -> None:
    coming(item, warehouse, 5)
    reserve_goods(needs=[need(item, warehouse, 4)], by=SYSTEM, partial=True)
    assert close_supply(key="po:1", by=SYSTEM) == ["a"]
    assert close_supply(key="po:1", by=SYSTEM) == []
    assert cover_demands(keys=["a"], by=SYSTEM)[0].short == 4
    assert Supply.objects.get().status == "cancelled"


def test_pegging_is_guarded_on_both_sides(item: Item, warehouse: Warehouse) -> None:
    coming(item, warehouse, 5)
    coming(make_item(), warehouse, 5, "other goods")
    reserve_goods(needs=[need(item, warehouse, 9)], by=SYSTEM, partial=True)  # 5 of it are pegged now
    coming(item, warehouse, 3, "po:2")
    for pegs, error in [
        ([("a", "po:2", Decimal(4))], PegTooLarge),
        ([("a", "po:1", Decimal(1))], PegTooLarge),
        ([("a", "other goods", Decimal(1))], PegTooLarge),
        ([("a", "po:2", Decimal(0))], NotPositive),
        ([("nobody", "po:2", Decimal(1))], DemandUnknown),
        ([("a", "nobody", Decimal(1))], SupplyUnknown),
        ([("a", "po:2", Decimal(3)), ("a", "po:2", Decimal(1))], PegTooLarge),
    ]:
        with pytest.raises(error):
            peg_supplies(pegs=pegs, by=SYSTEM)
    assert Supply.objects.get(key="po:2").pegged_qty == 0
    peg_supplies(pegs=[("a", "po:2", Decimal(2)), ("a", "po:2", Decimal(1))], by=SYSTEM)
    assert Peg.objects.get(supply__key="po:2").qty == 3


def test_a_moved_supply_is_told_once(item: Item, warehouse: Warehouse) -> None:
    from core.models import Event

    coming(item, warehouse, 5, due_on=date(2026, 3, 1))
    for _twice in range(2):
        move_supply(key="po:1", due_on=date(2026, 3, 9), by=SYSTEM)
    assert Event.objects.filter(name="inventory.SupplyMoved").count() == 1
    with pytest.raises(SupplyUnknown):
        move_supply(key="nobody", due_on=None, by=SYSTEM)


def test_rights_and_quantities_come_first(item: Item, warehouse: Warehouse) -> None:
    with pytest.raises(NotAllowed):
        reserve_goods(needs=[need(item, warehouse, 1)], by=make_user("marketer"))
    with pytest.raises(NotPositive):
        reserve_goods(needs=[need(item, warehouse, 0)], by=SYSTEM)
    with pytest.raises(NotPositive):
        coming(item, warehouse, 0)
    assert not Demand.objects.exists()


@pytest.mark.parametrize(
    ("model", "wrong"),
    [(Demand, {"pegged_qty": 9}), (Supply, {"pegged_qty": 9}), (Peg, {"used_qty": 9}), (Peg, {"qty": 0})],
)
def test_the_database_guards_pegs(item: Item, warehouse: Warehouse, model: Any, wrong: dict[str, int]) -> None:
    coming(item, warehouse, 5)
    reserve_goods(needs=[need(item, warehouse, 4)], by=SYSTEM, partial=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**wrong)


_qty = st.integers(1, 8)
_key = st.sampled_from("abcd")
_steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), _qty),
        st.tuples(st.just("reserve"), _key, _qty, st.booleans()),
        st.tuples(st.just("cover"), _key),
        st.tuples(st.just("cancel"), _key),
        st.tuples(st.just("take"), st.one_of(st.none(), _key), _qty),
        st.tuples(st.just("order"), st.sampled_from(["s1", "s2"]), _qty),
        st.tuples(st.just("arrive"), st.sampled_from(["s1", "s2"]), _qty),
        st.tuples(st.just("close"), st.sampled_from(["s1", "s2"])),
    ),
    min_size=4,
    max_size=20,
)


@settings(
    max_examples=35,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(steps=_steps)
def test_nothing_is_ever_promised_twice(steps: list[tuple[Any, ...]]) -> None:
    """Whatever happens in whatever order: counters equal their pegs and nobody's goods go to another."""
    warehouse, item = make_warehouse(), make_item()
    tag = f":{item.pk}"
    for kind, *what in steps:
        with suppress(DomainError):
            if kind == "put":
                stock_up(item, warehouse, what[0], what[0])
            elif kind == "reserve":
                key, qty, partial = what
                reserve_goods(needs=[need(item, warehouse, qty, key + tag)], by=SYSTEM, partial=partial)
            elif kind == "cover":
                cover_demands(keys=[what[0] + tag], by=SYSTEM)
            elif kind == "cancel":
                cancel_demand(key=what[0] + tag, by=SYSTEM)
            elif kind == "take":
                others = _set_aside(item, except_for=what[0] and what[0] + tag)
                take_out(item, warehouse, what[1], demand_key=what[0] and what[0] + tag)
                assert _set_aside(item, except_for=what[0] and what[0] + tag) == others
            elif kind == "order":
                coming(item, warehouse, what[1], what[0] + tag)
            elif kind == "arrive":
                stock_up(item, warehouse, what[1], what[1], supply_key=what[0] + tag)
            elif kind == "close":
                close_supply(key=what[0] + tag, by=SYSTEM)
    assert warehouse_findings() == []


def _set_aside(item: Item, *, except_for: str | None) -> dict[str, Decimal]:
    pegs = Peg.objects.filter(balance__item=item, status="open").exclude(demand__key=except_for or "")
    return {peg.demand.key: peg.qty - peg.used_qty for peg in pegs.select_related("demand")}
