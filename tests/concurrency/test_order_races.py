"""A draft order that several people save at the same moment, or that one confirms while others save it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core import ledgers
from inventory.models import Demand, StockBalance
from sales.models import OrderLine, OrderTax, SalesOrder
from tests.concurrency.guards import without_guards
from tests.concurrency.race import race
from tests.factories.inventory import make_warehouse, stock_up
from tests.factories.sales import make_order, make_sold_item

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ACTORS = 5
PRICE = Decimal("100.00")


def _draft() -> SalesOrder:
    item, warehouse = make_sold_item(str(PRICE)), make_warehouse()
    stock_up(item, warehouse, 90, value="900.00")
    return make_order([(item, 1)], warehouse=warehouse)


def _rewrite(*, unguarded: bool) -> tuple[list[str], list[Decimal], Decimal]:
    """All have the same version before them and save another quantity: who was heard, the lines, the total."""
    order = _draft()
    calls = [
        (
            "tests.concurrency.acts:rewrite",
            {"order_id": order.pk, "qty": str(qty), "version": order.version},
        )
        for qty in range(2, 2 + ACTORS)
    ]
    answers = race(calls, unguarded=unguarded)
    order.refresh_from_db()
    said = sorted(kind if kind == "ok" else str(value) for kind, value in answers)
    return said, list(order.lines.values_list("qty", flat=True)), order.net_amount


def test_one_of_many_rewrites_a_draft_and_the_others_hear_that_it_changed() -> None:
    said, qtys, net = _rewrite(unguarded=False)

    assert said == ["ok", *["stale_version"] * (ACTORS - 1)]
    assert len(qtys) == 1
    assert net == qtys[0] * PRICE
    assert ledgers.run_all() == []


def test_without_the_guard_a_draft_holds_the_lines_of_several() -> None:
    with without_guards(SalesOrder, OrderLine, OrderTax):
        said, qtys, net = _rewrite(unguarded=True)
        assert said.count("ok") > 1
        assert net != sum(qtys) * PRICE


def _confirm(*, unguarded: bool) -> tuple[str, Decimal, Decimal]:
    """One confirms while others save: the order's status, what its lines say, and what is set aside for them."""
    order = _draft()
    calls = [("tests.concurrency.acts:confirm", {"order_id": order.pk})]
    calls += [
        ("tests.concurrency.acts:rewrite", {"order_id": order.pk, "qty": str(qty), "version": None})
        for qty in range(2, 1 + ACTORS)
    ]
    race(calls, unguarded=unguarded)
    order.refresh_from_db()
    lines = list(order.lines.all())
    demands = Demand.objects.filter(key__in=[line.demand_key for line in lines], status="open")
    return order.status, sum(line.qty for line in lines), sum(row.pegged_qty for row in demands)


def test_what_is_confirmed_is_what_is_set_aside() -> None:
    status, ordered, pegged = _confirm(unguarded=False)

    assert status == "confirmed"
    assert ordered == pegged
    assert ledgers.run_all() == []


def test_without_the_guard_something_else_is_set_aside_than_stands_in_the_order() -> None:
    with without_guards(SalesOrder, OrderLine, OrderTax, StockBalance):
        status, ordered, pegged = _confirm(unguarded=True)
        assert (status, ordered) != ("confirmed", pegged)
