"""Loading: what becomes of each row, twice the same, dirty rows told by line, broken off and taken up again."""

import csv
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core import ledgers
from core.models import ExchangeRate, User
from crm.models import Client, ContactPoint, Lead, LegalEntity, Person, PersonRole
from inventory.models import CostLayer, Item, StockBalance, StockMove, SupplierItem
from inventory.selectors.stock import stock_as_of
from production.models import BOM, BOMOperation, WorkOrder
from production.selectors.boms import explode
from reports.models import KPIPlan
from sales.models import OrderLine, PriceRule, SalesOrder
from samples.adventureworks.steps import STEPS
from samples.story.fingerprint import fingerprint
from tests.samples.small_set import BIKE, PAINT, RIM, WHEEL, rows, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def tables():
    return rows()


@pytest.fixture
def load(tmp_path, tables):
    """Write the tables and load them; returns what the command said."""

    def run(*options: str) -> str:
        out = StringIO()
        call_command("load_adventureworks", str(write(tmp_path, tables)), *options, stdout=out)
        return out.getvalue()

    return run


@pytest.fixture(scope="class")
def said(kept_by_class, tmp_path_factory):
    """The tables as they are, loaded once for tests that look at what became of them; what the command said."""
    out = StringIO()
    call_command("load_adventureworks", str(write(tmp_path_factory.mktemp("tables"), rows())), stdout=out)
    return out.getvalue()


def item(number):
    return Item.objects.get(external_key=f"aw.product:{number}")


class TestParties:
    def test_stores_buyers_and_vendors_are_clients_with_legal_entities(self, said):
        assert dict(LegalEntity.objects.values_list("external_key", "client__name")) == {
            "aw.customer:100": "Bob Jones",
            "aw.customer:101": "Wheel House",
            "aw.customer:102": "Wheel House",
            "aw.vendor:6": "Rims Inc",
        }
        assert Client.objects.get(name="Bob Jones").is_person
        assert Client.objects.get(name="Rims Inc").is_supplier
        assert Client.objects.get(name="Wheel House").owner.email == "person1@example.com"
        assert "98011 Bothell" in LegalEntity.objects.get(account_number="AW100").billing_address

    def test_an_employee_cannot_sign_in(self, said):
        user = User.objects.get(external_key="aw.employee:1")
        assert not user.is_active
        assert not user.has_usable_password()
        assert [assignment.role.code for assignment in user.role_assignments.all()] == ["seller"]

    def test_contacts_are_normalised_and_keep_their_consent(self, said):
        bob = Person.objects.get(first_name="Bob")
        phone, mail = bob.contact_points.get(kind="phone"), bob.contact_points.get(kind="email")
        assert (phone.normalised, phone.label, phone.is_primary) == ("+12065550142", "Cell", True)
        assert (mail.value, mail.normalised, mail.consent) == ("Person2@example.com", "person2@example.com", "given")
        assert Person.objects.get(first_name="Ann").contact_points.get().consent == "withdrawn"

    def test_an_address_without_a_person_is_kept_and_told(self, said):
        assert "EmailAddress: BusinessEntityID is not in Person: kept as a contact without a name: 1 (line 5)" in said
        assert ContactPoint.objects.get(normalised="person4@example.com").person.last_name == ""

    def test_people_stand_at_their_clients(self, said):
        found = set(PersonRole.objects.values_list("person__first_name", "position", "legal_entity__account_number"))
        assert found == {("Cid", "Owner", None), ("Cid", "Buyer", "AW101"), ("Bob", "", "AW100")}

    def test_a_prospect_is_a_lead_with_its_row(self, said):
        lead = Lead.objects.get()
        assert lead.raw_payload["emailaddress"] == "eve@example.com"
        assert lead.received_at == datetime(2013, 1, 31, tzinfo=UTC)


class TestGoods:
    def test_prices_hold_on_their_days(self, said):
        periods = dict(PriceRule.objects.filter(item=item(BIKE)).values_list("price", "valid"))
        assert periods[Decimal(180)].upper == date(2012, 5, 30)
        assert periods[Decimal(200)].upper is None

    def test_terms_are_per_base_unit_where_the_unit_is_known(self, said):
        paint, rim = SupplierItem.objects.get(item=item(PAINT)), SupplierItem.objects.get(item=item(RIM))
        assert (paint.price, paint.moq, paint.pack_qty) == (Decimal("0.1"), 256, 128)
        assert (rim.price, rim.moq) == (9, 10)
        assert "sells in a unit of unknown content" in said

    def test_the_active_recipe_has_open_lines_only(self, said):
        active = BOM.objects.get(item=item(BIKE), status="active")
        retired = BOM.objects.get(item=item(BIKE), status="retired")
        assert set(active.lines.values_list("item__external_key", flat=True)) == {"aw.product:20", "aw.product:40"}
        assert [line.valid.upper for line in retired.lines.all()] == [date(2010, 5, 4)]
        found = {row.item_id: row.qty for row in explode(item(BIKE).pk, Decimal(1), date(2014, 1, 1))}
        assert found == {item(WHEEL).pk: 2, item(RIM).pk: 2, item(PAINT).pk: 8}

    def test_a_routing_takes_the_mean_per_unit(self, said):
        step = BOMOperation.objects.get(bom__item=item(BIKE))
        assert (step.run_minutes, step.center.capacity) == (Decimal("24.0000"), 3)

    def test_stock_opens_at_standard_cost_and_every_ledger_holds(self, said):
        assert [(row.qty, row.value) for row in stock_as_of(datetime(2014, 1, 1, tzinfo=UTC))] == [
            (12, Decimal("102.00"))
        ]
        assert StockBalance.objects.filter(qty=0).count() == 1
        assert ledgers.run_all() == []


class TestPapers:
    def test_orders_are_exact_history(self, load):
        load()
        order = SalesOrder.objects.get(number="SO501")
        assert (order.origin, order.status, order.net_amount, order.owner.first_name) == (
            "imported",
            "done",
            540,
            "Ann",
        )
        line = order.lines.get()
        assert (line.offer, line.discount_pct, line.shipped_qty) == ("Volume", 10, 3)
        assert OrderLine.objects.get(order__number="SO500").offer == ""
        assert not StockMove.objects.exclude(kind="opening").exists()

    def test_a_gap_between_order_and_lines_is_kept_and_told(self, load, tables):
        tables["SalesOrderDetail"].pop()
        said = load()
        assert SalesOrder.objects.get(number="SO501").line_gap == 540
        assert "SubTotal is not the sum of its lines: the difference is kept on the order: 1 (line 3)" in said

    def test_work_and_quotas(self, load):
        load()
        work = WorkOrder.objects.get()
        assert (work.scrapped_qty, work.scrap_reason.name, work.operations.get().actual_minutes) == (1, "Bent", 240)
        assert KPIPlan.objects.get().month == date(2013, 1, 1)


class TestTwice:
    def test_nothing_changes(self, load):
        load()
        before = fingerprint()
        said = load()
        assert fingerprint() == before
        assert "0 rows new, 0 changed." in said

    def test_only_what_differs_is_written(self, load, tables):
        load()
        tables["Store"][0]["Name"] = "Wheel Palace"
        tables["ProductListPriceHistory"][1]["ListPrice"] = "210"
        said = load()
        assert "0 rows new, 4 changed." in said  # the client, its two legal entities, the price
        assert Client.objects.get(external_key="aw.store:5").version == 2

    def test_opening_stock_is_never_moved_again(self, load, tables):
        load()
        tables["ProductInventory"][0]["Quantity"] = 20
        said = load()
        assert CostLayer.objects.get().qty == 12
        assert "differs from the opening stock loaded before, which stays as it is: 1 (line 2)" in said

    def test_a_broken_load_is_taken_up(self, load, monkeypatch):
        class Unplugged(Exception):
            pass

        def unplugged(_load):
            raise Unplugged

        broken = [step if step.title != "sales order lines" else type(step)(step.title, unplugged) for step in STEPS]
        monkeypatch.setattr("samples.management.commands.load_adventureworks.Command.steps", broken)
        with pytest.raises(Unplugged):
            load()
        assert SalesOrder.objects.count() == 2
        monkeypatch.undo()
        load()
        assert OrderLine.objects.count() == 2
        assert ledgers.run_all() == []

    def test_the_statements_do_not_grow_with_the_rows(self, load, tables, django_assert_num_queries):
        with django_assert_num_queries(1000, exact=False) as first:
            load()
        for number in range(600, 640):
            tables["SalesOrderHeader"].append({**tables["SalesOrderHeader"][0], "SalesOrderID": number,
                                               "SalesOrderNumber": f"SO{number}"})  # fmt: skip
            tables["SalesOrderDetail"].append({**tables["SalesOrderDetail"][0], "SalesOrderID": number})
        with django_assert_num_queries(1000, exact=False) as second:
            load()
        assert abs(len(second) - len(first)) < 40  # what is made once: company, price list, source


class TestDirt:
    @pytest.mark.parametrize(
        ("table", "changes", "told"),
        [
            ("SalesOrderDetail", {"OrderQty": "many"}, "OrderQty is no numeric(18,4): many"),
            ("SalesOrderDetail", {"OrderQty": "0"}, "OrderQty is not positive"),
            ("SalesOrderDetail", {"UnitPrice": "1.1234567"}, "UnitPrice is no numeric(18,6): 1.1234567"),
            ("SalesOrderDetail", {"UnitPrice": "NaN"}, "UnitPrice is no numeric(18,6): NaN"),
            ("SalesOrderDetail", {"SalesOrderID": "9"}, "SalesOrderID is not in SalesOrderHeader"),
            ("SalesOrderDetail", {"ProductID": ""}, "ProductID is empty"),
            ("SalesOrderHeader", {"TotalDue": "1"}, "SubTotal, TaxAmt and Freight do not add up to TotalDue"),
            ("SalesOrderHeader", {"OrderDate": "tomorrow"}, "OrderDate is no date: tomorrow"),
            ("SalesOrderHeader", {"OrderDate": "2013-02-30"}, "OrderDate is no date: 2013-02-30"),
            ("EmailAddress", {"EmailAddress": "nobody"}, "is no e-mail address"),
            ("WorkOrder", {"ScrappedQty": "5"}, "StockedQty and ScrappedQty do not add up to OrderQty"),
            ("Currency", {"CurrencyCode": "EURO"}, "CurrencyCode is no varchar(3): EURO"),
            ("BillOfMaterials", {"ComponentID": "10"}, "contains itself"),
        ],
    )
    def test_is_left_out_and_told_by_line(self, load, tables, table, changes, told):
        place = 1 if table == "BillOfMaterials" else len(tables[table]) - 1
        tables[table][place].update(changes)
        said = load()
        assert f"{table}: {told}: 1 (line {place + 2})" in said

    def test_a_twin_line_is_left_out(self, load, tables):
        tables["SalesOrderHeader"].append({**tables["SalesOrderHeader"][0], "SubTotal": "1", "TotalDue": "11"})
        said = load()
        assert "SalesOrderHeader: has the SalesOrderID of an earlier line: 1 (line 4)" in said
        assert SalesOrder.objects.get(number="SO500").net_amount == 200

    def test_lines_of_an_order_that_is_left_out_are_told_too(self, load, tables):
        tables["SalesOrderHeader"][0]["CustomerID"] = "77"
        said = load()
        assert "SalesOrderHeader: CustomerID is not in Customer: 1 (line 2)" in said
        assert "SalesOrderDetail: SalesOrderID is not in SalesOrderHeader: 1 (line 2)" in said
        assert SalesOrder.objects.count() == 1

    def test_a_recipe_in_a_circle_is_broken_up(self, load, tables):
        tables["BillOfMaterials"].append({**tables["BillOfMaterials"][3], "BillOfMaterialsID": 9,
                                          "ProductAssemblyID": RIM, "ComponentID": BIKE})  # fmt: skip
        said = load()
        assert "BillOfMaterials: closes a circle" in said
        assert ledgers.run_all() == []

    def test_ragged_and_undecodable_lines(self, load, tables, tmp_path):
        load()
        path = tmp_path / "ScrapReason.csv"
        path.write_bytes(path.read_bytes() + b'3\n4,"Two\nlines"\n5,Bad\xff\n')
        out = StringIO()
        call_command("load_adventureworks", str(tmp_path), stdout=out)
        assert "ScrapReason: has 1 fields where the header has 2: 1 (line 3)" in out.getvalue()
        assert "ScrapReason: is not valid UTF-8 text: 1 (line 6)" in out.getvalue()

    def test_every_line_goes_into_the_file_asked_for(self, load, tables, tmp_path):
        tables["SalesOrderDetail"][0]["OrderQty"] = "many"
        target = tmp_path / "issues.csv"
        said = load("--issues", str(target))
        with target.open(newline="", encoding="utf-8") as stream:
            found = list(csv.DictReader(stream))
        assert {
            "file": "SalesOrderDetail", "line": "2", "key": "500/1", "reason": "OrderQty is no numeric(18,4): many",
            "outcome": "left out",
        } in found  # fmt: skip
        counted = sum(
            int(number) for number in re.findall(r"^(?:Left out|Loaded, but look at it): (\d+) lines", said, re.M)
        )
        assert counted == len(found)

    def test_a_rate_of_a_currency_to_itself(self, load):
        assert "CurrencyRate: is a rate of a currency to itself: 1 (line 3)" in load()
        assert ExchangeRate.objects.count() == 1


class TestFiles:
    def test_a_missing_file_or_column_is_named(self, load, tmp_path):
        load()
        (tmp_path / "Vendor.csv").write_text("BusinessEntityID,Name\n")
        with pytest.raises(CommandError, match="Vendor: no column AccountNumber"):
            call_command("load_adventureworks", str(tmp_path), stdout=StringIO())
        (tmp_path / "Vendor.csv").unlink()
        with pytest.raises(CommandError, match=r"Vendor\.csv is missing"):
            call_command("load_adventureworks", str(tmp_path), stdout=StringIO())

    def test_a_wrong_folder_is_refused(self, tmp_path):
        with pytest.raises(CommandError, match="SalesOrderHeader"):
            call_command("load_adventureworks", str(tmp_path), stdout=StringIO())

    def test_leaves_no_staging_tables_to_others(self, load):
        load()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'src\\_%' AND schemaname NOT LIKE 'pg_temp%'"
            )
            assert cursor.fetchone() == (0,)
