"""Two callers, one winner: on real transactions, and each with a twin whose guard is taken away and that must fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from core.actors import SYSTEM
from core.errors import DomainError
from core.models import LockingQuerySet
from core.remembered import forget_statements
from inventory.models import Demand, Item, StockBalance, Warehouse
from inventory.services import balances
from inventory.services.receipts import ReceivedLine, post_goods_receipt
from inventory.services.reservations import Need, reserve_goods
from tests.factories.inventory import NOON, make_item, make_purchase_order, make_warehouse, stock_up, take_out
from tests.inventory.conftest import warehouse_findings

pytestmark = pytest.mark.django_db(transaction=True)

CALLERS = 8


def at_once(action: Callable[[int], Any]) -> list[Any]:
    """Call `action` from several threads with connections of their own; a refusal counts as its class."""
    barrier = Barrier(CALLERS)

    def call(number: int) -> Any:
        try:
            barrier.wait()
            return action(number)
        except Exception as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(call, range(CALLERS)))


@pytest.fixture
def stocked() -> tuple[Item, Warehouse]:
    item, warehouse = make_item(), make_warehouse()
    stock_up(item, warehouse, 10, "33.33")
    take_out(item, warehouse, 1)  # the places outside and all plans are there
    stock_up(item, warehouse, 1, "3.33")
    return item, warehouse


def test_the_last_goods_are_reserved_once(stocked: tuple[Item, Warehouse]) -> None:
    item, warehouse = stocked
    answers = at_once(lambda n: reserve_goods(needs=[Need(f"d{n}", item.pk, warehouse.pk, Decimal(4))], by=SYSTEM))
    assert sum(isinstance(answer, list) for answer in answers) == 2
    assert StockBalance.objects.get(item=item).reserved == 8


def test_goods_leave_once_and_no_cent_is_lost(stocked: tuple[Item, Warehouse]) -> None:
    item, warehouse = stocked
    answers = at_once(lambda n: take_out(item, warehouse, 3, source_key=f"race:{n}"))
    assert sum(isinstance(answer, list) for answer in answers) == 3
    assert StockBalance.objects.get(item=item).qty == 1
    assert warehouse_findings() == []


def test_the_same_line_from_many_sides_is_posted_once(stocked: tuple[Item, Warehouse]) -> None:
    item, warehouse = stocked
    answers = at_once(lambda _n: take_out(item, warehouse, 3, source_key="one line"))
    assert len({moves[0].pk for moves in answers}) == 1
    fresh = make_item()
    answers = at_once(lambda _n: stock_up(fresh, warehouse, 5, 5, source_key="one receipt"))
    assert len({move.pk for move in answers}) == 1
    assert StockBalance.objects.get(item=fresh).qty == 5
    assert warehouse_findings() == []


def test_the_same_demand_from_many_sides_is_registered_once(stocked: tuple[Item, Warehouse]) -> None:
    item, warehouse = stocked
    answers = at_once(lambda _n: reserve_goods(needs=[Need("one", item.pk, warehouse.pk, Decimal(2))], by=SYSTEM))
    assert {answer[0].from_stock for answer in answers} == {2}
    assert (Demand.objects.count(), StockBalance.objects.get(item=item).reserved) == (1, 2)


def test_a_delivery_is_received_once(stocked: tuple[Item, Warehouse]) -> None:
    item, warehouse = stocked
    order = make_purchase_order([(item, 5, 2)], warehouse=warehouse)
    line = ReceivedLine(order.lines.get().pk, Decimal(5))
    answers = at_once(lambda _n: post_goods_receipt(order_id=order.pk, lines=[line], at=NOON, by=SYSTEM))
    assert sum(not isinstance(answer, type) for answer in answers) == 1
    assert order.lines.get().received_qty == 5
    assert warehouse_findings() == []


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(LockingQuerySet, "locked", lambda self: self.order_by("pk"))
    forget_statements()
    yield
    monkeypatch.undo()
    forget_statements()


def test_without_locks_the_constraints_have_the_last_word(stocked: tuple[Item, Warehouse], without_locks: None) -> None:
    """The twin: unlocked callers read the same stock and decide the same; only the database stops the oversell."""
    item, warehouse = stocked
    answers = at_once(lambda n: reserve_goods(needs=[Need(f"d{n}", item.pk, warehouse.pk, Decimal(4))], by=SYSTEM))
    refused = [answer for answer in answers if isinstance(answer, type) and not issubclass(answer, DomainError)]
    assert refused, "nobody ran into the constraint, so nothing was proved"
    assert StockBalance.objects.get(item=item).reserved <= 10


@pytest.fixture
def broken() -> None:
    """Asked for by a test that leaves the ledger broken; the database is emptied after it."""


def test_without_locks_and_constraints_goods_are_sold_twice(
    stocked: tuple[Item, Warehouse], without_locks: None, broken: None
) -> None:
    """The twin of the twin: reading, deciding and writing what was read promises more than there is."""
    item, warehouse = stocked

    def naive(number: int) -> None:
        with transaction.atomic():
            ((row,),) = balances.lock_pairs([(item.pk, warehouse.pk)]).values()
            free = balances.free_of(row)
            if free >= 4:
                meeting.wait(timeout=5)
                StockBalance.objects.filter(pk=row.pk).update(reserved=row.reserved + 4)
                Demand.objects.create(key=f"n{number}", item=item, warehouse=warehouse, qty=4)

    meeting = Barrier(CALLERS)
    at_once(naive)
    assert Demand.objects.count() * 4 > 10
    Demand.objects.all().delete()
