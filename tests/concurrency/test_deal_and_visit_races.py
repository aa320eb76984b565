"""Many at once: a deal is won once, a visit is reported once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from core.actors import SYSTEM
from inventory.choices import ServiceRole
from inventory.models import CostLayer, StockBalance, StockMove
from sales.models import OrderLine, SalesOrder
from sales.services.confirming import confirm_order
from sales.services.quotes import send_quote
from support.models import InstallationVisit, VisitPart
from support.services.visits import open_visit_link, plan_visit
from tests.concurrency import acts
from tests.concurrency.guards import without_guards
from tests.concurrency.outcomes import ACTORS, assert_ledgers_clean
from tests.concurrency.race import race
from tests.factories.inventory import make_item, make_warehouse, stock_up
from tests.factories.sales import NOON, make_deal, make_order, make_quote, make_service, make_sold_item, price

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def _win(*, unguarded: bool) -> tuple[int, set[object]]:
    item, warehouse = make_sold_item("100.00"), make_warehouse()
    stock_up(item, warehouse, 2, value="20.00")
    quote = make_quote(make_deal(branch=warehouse.branch), [(item, 2)])
    send_quote(quote_id=quote.pk, at=NOON, by=SYSTEM)
    call = ("tests.concurrency.acts:win", {"quote_id": quote.pk, "warehouse_id": warehouse.pk})
    answers = race([call] * ACTORS, unguarded=unguarded)
    return SalesOrder.objects.filter(deal=quote.deal).count(), {answer[1] for answer in answers if answer[0] == "ok"}


def test_a_deal_is_won_once() -> None:
    orders, numbers = _win(unguarded=False)

    assert orders == 1
    assert len(numbers) == 1
    assert_ledgers_clean()


def test_without_the_guard_a_deal_is_won_twice() -> None:
    from sales.models import Deal, StageChange

    with without_guards(SalesOrder, OrderLine, Deal, StageChange, StockBalance):
        orders, _numbers = _win(unguarded=True)
        assert orders > 1


def _visit(*, unguarded: bool) -> tuple[int, Decimal, list[tuple[str, object]]]:
    goods, seal, warehouse = make_sold_item("100.00"), make_item(), make_warehouse()
    install = make_service(role=ServiceRole.INSTALLATION)
    price(install, "50.00")
    stock_up(goods, warehouse, 1, value="10.00")
    stock_up(seal, warehouse, 50, value="100.00")
    order = make_order([(goods, 1), (install, 1)], warehouse=warehouse)
    confirm_order(order_id=order.pk, at=NOON, by=SYSTEM)
    acts.ship(order.pk, order.lines.get(item=goods).pk, "all")
    visit = plan_visit(order_id=order.pk, at=NOON, by=SYSTEM, fee=Decimal("40.00"))
    token = open_visit_link(visit_id=visit.pk, expires_at=acts.NOON + timedelta(days=30), by=SYSTEM)
    calls = [
        ("tests.concurrency.acts:report", {"token": token, "key": f"phone-{n}", "parts": {seal.pk: "2"}})
        for n in range(ACTORS)
    ]
    answers = race(calls, unguarded=unguarded)
    moved = VisitPart.objects.filter(visit=visit).aggregate(total=Sum("qty"))["total"]
    return VisitPart.objects.filter(visit=visit).count(), moved, answers


def test_a_visit_is_reported_once() -> None:
    parts, moved, answers = _visit(unguarded=False)

    assert (parts, moved) == (1, 2)
    assert len({str(answer[1]) for answer in answers if answer[0] == "ok"}) == 1
    assert InstallationVisit.objects.get().status == "done"
    assert_ledgers_clean()


def test_without_the_guard_a_visit_is_reported_twice() -> None:
    from core.models import PublicLink
    from sales.models import OrderCost

    with without_guards(InstallationVisit, VisitPart, StockMove, StockBalance, CostLayer, OrderCost, PublicLink):
        parts, _moved, _answers = _visit(unguarded=True)
        assert parts > 1
