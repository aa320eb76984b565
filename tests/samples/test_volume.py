"""The data set of the benchmarks: consistent in all ledgers, and the same for the same seed."""

from datetime import date

import pytest
from django.core.management import CommandError
from django.db import connection

from core import ledgers
from core.models import SearchEntry
from crm.models import Client, Person
from finance.models import Invoice, Payment
from inventory.models import StockBalance, StockMove
from sales.models import Deal, StageChange
from samples.volume import deals, goods, orders, papers, parties
from samples.volume.company import FIRST_USER
from samples.volume.loading import load
from samples.volume.plan import Company, Plan

PLAN = Plan(until=date(2026, 9, 1), fraction=0.002)


def company() -> Company:
    """Keys as they could be, without a database."""
    return Company(
        organization=1, currency="EUR", branches=[1, 2, 3, 4, 5], warehouses=[1, 2, 3, 4, 5],
        places=[11, 12, 13, 14, 15],
        outside={"opening": 1, "supplier": 2, "customer": 3, "loss": 4}, unit=1, tax=1, account=1, users=[1, 2],
        sellers=[1, 2], sources=[1, 2], pipelines=list(range(10)), stages=[list(range(n, n + 10)) for n in range(10)],
    )  # fmt: skip


@pytest.mark.django_db
def test_a_small_share_of_the_set_agrees_with_all_ledgers_and_is_found():
    counts = load(PLAN, lambda text: None)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert ledgers.run_all() == []
    assert counts["contacts"] == Person.objects.count() == 200
    assert counts["moves"] == StockMove.objects.count() == 8 * StockBalance.objects.count()
    assert Invoice.objects.posted().count() == counts["orders"] == 60
    assert Payment.objects.count() > counts["orders"] * 0.8
    somebody = Person.objects.order_by("pk").first()
    assert SearchEntry.objects.filter(kind="crm.person", record_id=somebody.pk, title=str(somebody)).exists()
    assert Client(name="The next one").save() is None, "keys go on behind those of the set"
    with pytest.raises(CommandError, match="not empty"):
        load(PLAN, lambda text: None)


@pytest.mark.django_db
def test_deals_went_all_the_way_that_their_changes_say():
    load(PLAN, lambda text: None)
    won = Deal.objects.filter(status="won").first()
    assert StageChange.objects.filter(deal=won).count() == 9
    assert Person.objects.filter(owner__email=FIRST_USER).count() < Person.objects.count()


def test_the_same_seed_makes_the_same_set():
    def everything(plan: Plan) -> list:
        stock = goods.Stock(plan, company())
        stock.work_out()
        sold = orders.all_orders(stock)
        return [
            list(parties.clients(plan, company())), list(parties.points(plan)), list(parties.leads(plan, company())),
            list(deals.deals(plan, company())), list(deals.steps(plan, company())), stock.moves, stock.uses,
            [(order.client, order.net, order.tax) for order in sold], papers.payments_of(stock, sold),
        ]  # fmt: skip

    again = Plan(until=PLAN.until, fraction=PLAN.fraction)
    other = Plan(until=PLAN.until, fraction=PLAN.fraction, seed=21)
    assert everything(PLAN) == everything(again)
    assert everything(PLAN) != everything(other)


def test_the_whole_set_has_the_size_that_the_goals_name():
    plan = Plan(until=PLAN.until)
    ways = list(deals.ways(plan))
    assert sum(len(way.path) for way in ways) == 282_000
    assert [sum(way.status == status for way in ways) for status in ("open", "won", "lost")] == [5_000, 20_000, 25_000]
    assert (plan.orders, plan.items * 5, plan.items * 5 * goods.MOVES) == (30_000, 25_000, 200_000)
