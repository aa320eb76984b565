"""Every ledger check is quiet on what the services made, and finds what was planted past them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager

import pytest
from django.db import connection

from core import ledgers
from core.actors import SYSTEM
from sales.choices import LossReason
from sales.models import Deal, OrderLine, SalesOrder, Shipment
from sales.services.deals import lose_deal, move_deal
from sales.services.quotes import accept_quote, send_quote
from sales.services.shipments import ship_order
from tests.factories.crm import make_lead, make_task
from tests.factories.inventory import make_warehouse, stock_up
from tests.factories.sales import NOON, make_deal, make_quote, make_sold_item

pytestmark = pytest.mark.django_db

OURS = ("crm:", "sales:")


def findings() -> set[str]:
    """Names of our checks that found something."""
    return {name for name, (_id, check) in ledgers.registered().items() if name.startswith(OURS) and list(check())}


@pytest.fixture
def shipped() -> Shipment:
    warehouse, item = make_warehouse(), make_sold_item("99.99")
    stock_up(item, warehouse, 5, "12.34")
    quote = make_quote(make_deal(), [(item, 3, "2.5"), (make_sold_item("0.07", tax="5.5"), 1)])
    stock_up(quote.lines.get(position=2).item, warehouse, 5, "1.00")
    send_quote(quote_id=quote.pk, at=NOON, by=SYSTEM, stage_code="proposal")
    order = accept_quote(quote_id=quote.pk, at=NOON, by=SYSTEM, warehouse_id=warehouse.pk)
    lost = make_deal()
    move_deal(deal_id=lost.pk, stage_code="negotiation", at=NOON, by=SYSTEM)
    lose_deal(deal_id=lost.pk, reason=LossReason.PRICE, at=NOON, by=SYSTEM)
    first, second = make_task(), make_task()
    make_task(needs=[first.pk, second.pk])
    return ship_order(order_id=order.pk, at=NOON, by=SYSTEM)


@contextmanager
def unguarded():
    """Let a corruption past triggers, foreign keys and constraint checks, as a superuser could."""
    connection.check_constraints()  # what the services left for the commit is checked before, not after
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor
        cursor.execute("SET session_replication_role = DEFAULT")


def test_all_checks_are_quiet_on_what_the_services_made(shipped) -> None:
    assert findings() == set()


def corrupt_shipped_qty() -> None:
    OrderLine.objects.update(shipped_qty=1)


def corrupt_shipment_line() -> None:
    with unguarded() as cursor:
        cursor.execute("UPDATE sales_shipmentline SET qty = qty + 1")


def corrupt_order_cost() -> None:
    with unguarded() as cursor:
        cursor.execute("UPDATE sales_ordercost SET amount = amount + 0.01")


def corrupt_lost_cost() -> None:
    with unguarded() as cursor:
        cursor.execute("DELETE FROM sales_ordercost")


def corrupt_order_status() -> None:
    SalesOrder.objects.update(status="in_progress")


def corrupt_step_order() -> None:
    with unguarded() as cursor:
        cursor.execute("UPDATE sales_stagechange SET at = at - interval '1 hour' WHERE seq = 2")


def corrupt_lost_step() -> None:
    with unguarded() as cursor:
        cursor.execute("DELETE FROM sales_stagechange WHERE seq = 2")


def corrupt_deal_stage() -> None:
    with unguarded() as cursor:
        cursor.execute("UPDATE sales_deal SET amount = amount + 1")


def corrupt_deal_lines() -> None:
    with unguarded() as cursor:
        cursor.execute("UPDATE sales_dealline SET net_amount = net_amount + 1")


def corrupt_quote_line() -> None:
    with unguarded() as cursor:
        cursor.execute("UPDATE sales_quoteline SET net_amount = net_amount + 0.01 WHERE position = 1")


def corrupt_quote_tax() -> None:
    with unguarded() as cursor:
        cursor.execute("UPDATE sales_quotetax SET tax_amount = tax_amount + 0.01")


def corrupt_order_tax() -> None:
    with unguarded() as cursor:
        cursor.execute("UPDATE sales_ordertax SET tax_amount = tax_amount + 0.01, percent = percent + 1")


def corrupt_order_lines() -> None:
    with unguarded() as cursor:
        cursor.execute("UPDATE sales_orderline SET net_amount = net_amount - 0.01 WHERE position = 2")


def corrupt_won_reason() -> None:
    with unguarded() as cursor:
        cursor.execute("UPDATE sales_quote SET status = 'superseded'")


def corrupt_lead() -> None:
    lead = make_lead()
    with unguarded() as cursor:
        cursor.execute("UPDATE crm_lead SET status = 'qualified' WHERE id = %s", [lead.pk])


def corrupt_tasks() -> None:
    one, other = make_task(), make_task()
    with unguarded() as cursor:
        cursor.execute(
            "INSERT INTO crm_taskdependency (task_id, needs_id) VALUES (%s, %s), (%s, %s)",
            [one.pk, other.pk, other.pk, one.pk],
        )


@pytest.mark.parametrize(
    ("corruption", "found_by"),
    [
        (corrupt_shipped_qty, "sales: shipped equals the shipment lines and their moves"),
        (corrupt_shipment_line, "sales: shipment lines match their moves one to one"),
        (corrupt_order_cost, "sales: goods on an order cost what their stock moves say"),
        (corrupt_lost_cost, "sales: goods on an order cost what their stock moves say"),
        (corrupt_order_status, "sales: orders are done when, and only when, every line is fulfilled"),
        (corrupt_step_order, "sales: stage changes are numbered and dated without holes"),
        (corrupt_lost_step, "sales: stage changes are numbered and dated without holes"),
        (corrupt_deal_stage, "sales: a deal stands where its history left it"),
        (corrupt_deal_lines, "sales: a deal with lines is worth their sum"),
        (corrupt_quote_line, "sales: quotes add up under the document rule"),
        (corrupt_quote_tax, "sales: quotes add up under the document rule"),
        (corrupt_order_tax, "sales: orders add up under the document rule"),
        (corrupt_order_lines, "sales: orders add up under the document rule"),
        (corrupt_won_reason, "sales: won deals have an accepted quote or a reason"),
        (corrupt_lead, "sales: a qualified lead has its deal"),
        (corrupt_tasks, "crm: tasks wait in no circle"),
    ],
    ids=lambda value: value.__name__.removeprefix("corrupt_") if callable(value) else "",
)
def test_a_planted_corruption_is_found(shipped, corruption: Callable[[], None], found_by: str) -> None:
    corruption()
    assert found_by in findings()


def test_the_funnel_recount_sees_a_wrong_funnel(shipped, monkeypatch) -> None:
    from sales.ledgers import paths

    real = paths.funnel
    monkeypatch.setattr(paths, "funnel", lambda pipeline_id: real(pipeline_id, deals=Deal.objects.none()))
    assert "sales: the funnel agrees with a recount step by step" in findings()
