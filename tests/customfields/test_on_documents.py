"""Own fields on invoices, bills and purchase orders: filled when the document is frozen, by whom its register names."""

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError

from core.actors import SYSTEM
from core.customfields.services import set_values
from core.errors import NotAllowed
from core.ui import registers
from finance.models import Invoice
from inventory.models import PurchaseOrder
from tests.api.client import make_key
from tests.factories.core import make_user
from tests.factories.customfields import make_field
from tests.factories.finance import make_invoice
from tests.factories.inventory import make_purchase_order

pytestmark = pytest.mark.django_db

INVOICES, BILLS, PURCHASES = "/money/invoices/", "/money/bills/", "/warehouse/purchases/"


@pytest.fixture
def accountant(client):
    user = make_user("accountant")
    client.force_login(user)
    return user


@pytest.fixture
def purchaser(client):
    user = make_user("purchaser")
    client.force_login(user)
    return user


def field_of(register, record, name):
    return f"{registers.by_key(register).url_of(record)}field/{name}/"


class TestInvoices:
    @pytest.fixture(autouse=True)
    def field(self):
        return make_field(model="finance.invoice", key="cost_centre", label="Cost centre", in_lists=True)

    def test_a_posted_invoice_takes_an_own_field_and_nothing_else(self, client, accountant):
        invoice = make_invoice()
        url = field_of("finance.invoice", invoice, "own_cost_centre")
        answer = client.post(url, {"own_cost_centre": "North", "version": invoice.version})
        assert answer.status_code == 302
        invoice.refresh_from_db()
        assert invoice.custom == {"cost_centre": "North"}
        with pytest.raises(InternalError), transaction.atomic():
            Invoice.objects.filter(pk=invoice.pk).update(reason="x")

    def test_card_form_list_filter_and_export_show_it(self, client, accountant):
        filled = make_invoice()
        other = make_invoice(branch=filled.branch)
        set_values(record=filled, values={"cost_centre": "North"}, by=SYSTEM)
        url = registers.of(filled).url_of(filled)
        card, form = client.get(url).content.decode(), client.get(f"{url}edit/").content.decode()
        assert "Cost centre" in card
        assert f"{url}edit/" in card
        assert 'name="own_cost_centre"' in form
        listed = client.get(registers.by_key("finance.invoice").url("list"), {"own_cost_centre": "North"})
        rows = listed.content.decode()
        assert (filled.number in rows, other.number in rows) == (True, False)
        exported = client.get(registers.by_key("finance.invoice").url("export"), {"format": "csv"})
        assert b"North" in b"".join(exported.streaming_content if exported.streaming else [exported.content])

    def test_the_form_saves_it_and_the_history_tells(self, client, accountant):
        invoice = make_invoice()
        url = registers.of(invoice).url_of(invoice)
        assert client.post(f"{url}edit/", {"own_cost_centre": "South", "version": invoice.version}).status_code == 302
        client.force_login(make_user("director", roles=["accountant"]))
        assert "South" in client.get(f"{url}?tab=history").content.decode()

    def test_an_older_page_is_told(self, client, accountant):
        invoice = make_invoice()
        url = field_of("finance.invoice", invoice, "own_cost_centre")
        set_values(record=invoice, values={"cost_centre": "North"}, by=SYSTEM)
        assert client.post(url, {"own_cost_centre": "South", "version": invoice.version}).status_code == 409

    def test_a_seller_sees_it_on_his_clients_invoice_and_does_not_fill_it(self, client):
        seller = make_user("seller")
        invoice = make_invoice()
        invoice.client.owner = seller
        invoice.client.save()
        client.force_login(seller)
        url = registers.of(invoice).url_of(invoice)
        assert "Cost centre" in client.get(url).content.decode()
        assert client.get(f"{url}edit/").status_code == 403
        with pytest.raises(NotAllowed):
            set_values(record=invoice, values={"cost_centre": "x"}, by=seller)

    def test_a_bill_is_filled_by_whoever_enters_bills(self, client, purchaser):
        bill = make_invoice(kind="bill")
        assert registers.of(bill).key == "finance.bill"
        url = field_of("finance.bill", bill, "own_cost_centre")
        assert client.post(url, {"own_cost_centre": "North", "version": bill.version}).status_code == 302
        bill.refresh_from_db()
        assert bill.custom == {"cost_centre": "North"}
        with pytest.raises(NotAllowed):
            set_values(record=make_invoice(), values={"cost_centre": "x"}, by=purchaser)

    def test_the_api_shows_it(self, client):
        invoice = make_invoice()
        set_values(record=invoice, values={"cost_centre": "North"}, by=SYSTEM)
        secret = make_key(make_user("accountant")).secret
        answer = client.get(f"/api/v1/invoices/{invoice.pk}/", headers={"Authorization": f"Bearer {secret}"})
        assert answer.json()["own"] == {"cost_centre": "North"}


def test_without_own_fields_there_is_nothing_to_edit_on_an_invoice(client, accountant):
    invoice = make_invoice()
    url = registers.of(invoice).url_of(invoice)
    assert f"{url}edit/" not in client.get(url).content.decode()


class TestPurchases:
    @pytest.fixture(autouse=True)
    def field(self):
        return make_field(model="inventory.purchaseorder", key="project", label="Project", in_lists=True)

    def test_buyer_reason_and_own_field_change_in_any_state(self, client, purchaser):
        order = make_purchase_order()
        url = registers.of(order).url_of(order)
        sent = {"reason": "For the fair", "owner": purchaser.pk, "own_project": "Fair", "version": order.version}
        assert client.post(f"{url}edit/", sent).status_code == 302
        order.refresh_from_db()
        assert (order.reason, order.owner, order.custom) == ("For the fair", purchaser, {"project": "Fair"})
        assert "Project" in client.get(url).content.decode()
        assert order.number in client.get(registers.of(order).url("list"), {"own_project": "Fair"}).content.decode()

    def test_who_only_looks_changes_nothing(self, client):
        client.force_login(make_user("storekeeper"))
        order = make_purchase_order()
        url = registers.of(order).url_of(order)
        assert client.post(f"{url}edit/", {"reason": "x"}).status_code == 403
        assert PurchaseOrder.objects.get(pk=order.pk).reason == ""

    def test_equal_values_change_nothing(self, client, purchaser):
        order = make_purchase_order(reason="For stock")
        url = registers.of(order).url_of(order)
        client.post(f"{url}edit/", {"reason": "For stock", "owner": "", "version": order.version})
        assert PurchaseOrder.objects.get(pk=order.pk).version == order.version


def test_the_frozen_columns_are_still_guarded():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'pgtrigger_invoice_posted_is_frozen%'")
        assert cursor.fetchone()[0] == 1
