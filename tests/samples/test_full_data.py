"""The whole data sets, loaded once into a database of their own: figures, ledgers, and a second run."""

import re
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Sum

from core import ledgers
from finance.selectors.results import order_result
from inventory.models import Item
from production.models import WipEntry, WorkOrder
from samples.truths.checking import Verdict, check, read_truths
from tests.e2e.bike_shop import database_with, use_database
from tests.samples import bike_order

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(not (DATA / "truths.json").is_file(), reason="the sample data is not beside the checkout"),
]


@pytest.fixture
def _django_db_helper() -> None:
    """In place of pytest-django's: the tests' own tables are there to be copied; no test here writes to them."""


@pytest.fixture(scope="module")
def said(django_db_setup, django_db_blocker):
    """Both sets in a database beside the tests' own; what the two commands said."""
    out = StringIO()

    def load() -> None:
        call_command("load_adventureworks", str(DATA), stdout=out)
        call_command("load_opportunities", str(DATA), stdout=out)

    with django_db_blocker.unblock(), database_with(load, "full"):
        yield out.getvalue()


def test_every_figure_agrees(said):
    findings = [check(truth) for truth in read_truths(str(DATA)) if not truth["id"].startswith("fmt.")]
    assert {finding.truth_id: finding.places for finding in findings if finding.verdict is not Verdict.MATCHED} == {}
    assert len(findings) == 69


def test_every_ledger_holds(said):
    assert ledgers.run_all() == []


def test_dirty_rows_are_counted(said):
    for told in (
        "EmailAddress: BusinessEntityID is not in Person: kept as a contact without a name: 184",
        "CurrencyRate: is a rate of a currency to itself: 1,097",
        "SalesOrderHeader: SubTotal is not the sum of its lines: the difference is kept on the order: 13",
        "sales_pipeline: has no account: the deal has no client: 1,425",
        "sales_pipeline: product is not in products as it is written; kept so: 1,480",
    ):
        assert told in said


def test_takes_no_more_than_five_minutes(said):
    seconds = [int(text) for text in re.findall(r"^Done in (\d+) s", said, re.M)]
    assert len(seconds) == 2
    assert seconds[0] <= 300


def test_a_second_run_changes_nothing(said):
    out = StringIO()
    call_command("load_adventureworks", str(DATA), stdout=out)
    call_command("load_opportunities", str(DATA), stdout=out)
    assert re.findall(r"s: (.*) changed\.$", out.getvalue(), re.M) == ["0 rows new, 0", "0 rows new, 0"]


@pytest.fixture
def copy(said):
    """A copy of the loaded database, for a story that adds to it."""
    loaded = connection.settings_dict["NAME"]
    other = f"{loaded}_copy"
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{other}"')
        cursor.execute(f'CREATE DATABASE "{other}" TEMPLATE "{loaded}"')
    use_database(other)
    try:
        yield
    finally:
        use_database(loaded)
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{other}" WITH (FORCE)')


def test_ten_bikes_from_lead_to_payment(copy):
    """Over all levels of the bill of materials; every ledger holds after each step."""
    bike = Item.objects.get(external_key="aw.product:749")
    reached = {}
    for step, fact in bike_order.walk(bike):
        reached[step] = fact
        assert ledgers.run_all() == [], step
    order, invoice = reached["shipped"], reached["paid"]
    made = WorkOrder.objects.filter(origin="own")
    wip = WipEntry.objects.filter(work_order__in=made).aggregate(total=Sum("amount"))["total"]
    assert reached["order"].promised_on is not None
    assert made.filter(item=bike).count() == 1
    assert made.count() > 5, "sub-assemblies that stock does not cover are made, too"
    assert wip == 0
    assert order.lines.get().shipped_qty == bike_order.BIKES
    assert invoice.gross_amount == invoice.allocated >= Decimal("35782.70")
    result = order_result(order.pk)
    assert result.revenue == Decimal("35782.70")
    assert result.cost > 0
