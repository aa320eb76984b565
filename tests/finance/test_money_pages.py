"""The golden figures of the main job as the pages of money show and make them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from crm.models import Client, LegalEntity
from finance.models import Allocation, Invoice, InvoiceLine, InvoiceTax, Payment, StatementLine
from finance.selectors.balances import balances_of, client_balance
from tests.factories.core import make_user
from tests.factories.crm import make_client, make_legal_entity
from tests.factories.finance import make_account, make_invoice, make_payment

pytestmark = pytest.mark.django_db

D = Decimal
ISSUED, DUE, PAID = date(2026, 3, 26), date(2026, 4, 9), date(2026, 4, 7)
# Net 1,590.34 at 20 % and 389.50 at 10 %: the invoice of the main job, 2,336.86.
LINES = [("1590.34", 20), ("389.50", 10)]


@pytest.fixture
def accountant(client):
    user = make_user("accountant", first_name="Maria")
    client.force_login(user)
    return user


@pytest.fixture
def story():
    """The invoice with its advance taken, and 1,500.00 from the sister company."""
    group = make_client(name="Bluehaven Group")
    trading = make_legal_entity(group, legal_name="Bluehaven Trading Ltd")
    services = make_legal_entity(group, legal_name="Bluehaven Services Ltd")
    invoice = make_invoice(LINES, entity=trading, on=ISSUED, due_on=DUE)
    account = make_account(invoice.branch, opening="5000.00")
    advance = make_payment("900.00", account=account, entity=trading, on=date(2026, 3, 12))
    payment = make_payment("1500.00", account=account, entity=services, on=PAID)
    return {"group": group, "invoice": invoice, "advance": advance, "payment": payment, "account": account}


def post_copies(first, entities):
    """An invoice like the first for each of these, posted."""
    rows = Invoice.objects.bulk_create(
        Invoice(
            organization=first.organization, branch=first.branch, kind="invoice", client_id=entity.client_id,
            legal_entity=entity, currency=first.currency, issued_on=first.issued_on, due_on=first.due_on,
            posted_at=first.posted_at, net_amount=D("100.00"), tax_amount=D("20.00"), gross_amount=D("120.00"),
            base_gross_amount=D("120.00"),
        )
        for entity in entities
    )  # fmt: skip
    line = {"position": 1, "qty": 1, "unit_price": D(100), "tax_percent": 20, "net_amount": D(100)}
    InvoiceLine.objects.bulk_create(InvoiceLine(invoice=row, **line) for row in rows)
    InvoiceTax.objects.bulk_create(
        InvoiceTax(invoice=row, percent=20, net_amount=D(100), tax_amount=D(20)) for row in rows
    )
    drafts = Invoice.objects.filter(pk__in=[row.pk for row in rows])
    drafts.update(status="posted", number=Concat(Value("X-"), Cast("pk", CharField())))


def many_debts(count):
    """So many posted invoices, each of a client of its own."""
    first = make_invoice(on=ISSUED, due_on=DUE)
    clients = Client.objects.bulk_create([Client(name=f"Client {number}") for number in range(count)])
    entities = LegalEntity.objects.bulk_create([LegalEntity(client=one, legal_name=one.name) for one in clients])
    post_copies(first, entities)


def allocate(client, payment, invoice, amount, **more):
    url = f"/money/payments/{payment.pk}/allocate/"
    return client.post(url, {f"amount-{invoice.pk}": amount, "on": PAID.isoformat(), "key": "one", **more})


@pytest.fixture
def with_advance(client, accountant, story):
    answer = allocate(client, story["advance"], story["invoice"], "900.00", key="advance")
    assert answer.status_code == 302
    return story


class TestAllocating:
    def test_the_page_suggests_what_is_open_on_the_sister_company(self, client, with_advance):
        page = client.get(f"/money/payments/{with_advance['payment'].pk}/allocate/").content.decode()
        assert "€1,436.86" in page
        assert 'value="1,436.86"' in page
        assert "another legal entity" in page
        assert "€63.14" in page

    def test_one_cent_more_is_refused_beside_its_field_and_kept(self, client, with_advance):
        answer = allocate(client, with_advance["payment"], with_advance["invoice"], "1,436.87")
        page = answer.content.decode()
        assert answer.status_code == 409
        assert f'id="wrong-{with_advance["invoice"].pk}"' in page
        assert "1,436.87 EUR to settle, 1,436.86 EUR open" in page
        assert 'value="1,436.87"' in page
        assert Allocation.objects.count() == 1

    def test_the_rest_is_paid_and_63_14_stays_on_account(self, client, with_advance):
        answer = allocate(client, with_advance["payment"], with_advance["invoice"], "1436.86")
        assert answer.status_code == 302
        invoice, payment = Invoice.objects.get(), Payment.objects.get(pk=with_advance["payment"].pk)
        assert (invoice.open_amount, payment.open_amount) == (D(0), D("63.14"))
        card = client.get(f"/money/invoices/{invoice.pk}/").content.decode()
        assert "Paid" in card
        assert "paid 12 days after issue, 2 days before due" in card
        assert "€63.14" in client.get(f"/money/payments/{payment.pk}/").content.decode()
        assert client_balance(with_advance["group"].pk, PAID) == D("-63.14")

    def test_the_same_form_sent_twice_settles_once(self, client, with_advance):
        for _time in range(2):
            assert allocate(client, with_advance["payment"], with_advance["invoice"], "1000.00").status_code == 302
        assert Allocation.objects.filter(payment=with_advance["payment"]).count() == 1

    def test_undo_opens_both_again(self, client, with_advance):
        allocate(client, with_advance["payment"], with_advance["invoice"], "1436.86")
        allocation = Allocation.objects.get(payment=with_advance["payment"])
        for _time in range(2):
            assert client.post(f"/money/allocations/{allocation.pk}/undo/").status_code == 302
        assert Invoice.objects.get().open_amount == D("1436.86")
        assert Payment.objects.get(pk=with_advance["payment"].pk).open_amount == D("1500.00")

    def test_a_foreign_client_is_refused_without_a_reason(self, client, accountant, story):
        stranger = make_payment("50.00", account=story["account"], entity=make_legal_entity(), on=PAID)
        found = client.get(f"/money/payments/{stranger.pk}/allocate/", {"q": story["invoice"].number}).content.decode()
        assert "another client" in found
        answer = allocate(client, stranger, story["invoice"], "50.00")
        assert answer.status_code == 409
        assert "does not belong to Bluehaven Group" in answer.content.decode()
        assert allocate(client, stranger, story["invoice"], "50.00", third_party="Leasing").status_code == 302

    def test_what_is_left_over_may_pay_the_oldest_open_document(self, client, with_advance):
        entity = with_advance["invoice"].legal_entity
        later = make_invoice([("100.00", 20)], entity=entity, on=ISSUED, due_on=DUE)
        allocate(client, with_advance["payment"], with_advance["invoice"], "1436.86", rest="oldest")
        later.refresh_from_db()
        assert later.allocated == D("63.14")

    def test_what_is_no_amount_is_said_beside_its_field(self, client, with_advance):
        answer = allocate(client, with_advance["payment"], with_advance["invoice"], "a lot")
        assert answer.status_code == 422
        assert "Write a number" in answer.content.decode()

    def test_a_seller_may_not_allocate(self, client, story):
        client.force_login(make_user("seller"))
        assert allocate(client, story["payment"], story["invoice"], "1.00").status_code == 403


class TestReceivables:
    @pytest.mark.parametrize(
        ("on", "owed"), [("2026-03-25", "0.00"), ("2026-03-26", "1,436.86"), ("2026-04-07", "0.00")]
    )
    def test_any_day_shows_what_was_open_at_its_end(self, client, with_advance, on, owed):
        allocate(client, with_advance["payment"], with_advance["invoice"], "1436.86")
        Allocation.objects.filter(payment=with_advance["advance"]).get()
        page = client.get("/money/receivables/", {"on": on})
        # The advance was allocated on 7 April; on 26 March the whole invoice was open.
        expected = "2,336.86" if on == "2026-03-26" else owed
        assert page.context["stats"][0].value == f"€{expected}"

    def test_a_seller_sees_only_what_his_clients_owe(self, client, story):
        seller = make_user("seller")
        client.force_login(seller)
        assert client.get("/money/receivables/").context["stats"][0].value == "€0.00"
        mine = make_legal_entity(make_client(owner=seller))
        make_invoice([("10.00", 20)], entity=mine, on=ISSUED, due_on=DUE)
        page = client.get("/money/receivables/")
        assert page.context["stats"][0].value == "€12.00"
        assert "Bluehaven" not in page.content.decode()

    @pytest.mark.parametrize("count", [10, 1000])
    @pytest.mark.parametrize("address", ["/money/receivables/", "/money/invoices/", "/money/receivables/documents/"])
    def test_it_costs_the_same_however_many_owe(
        self, client, accountant, count, address, django_assert_max_num_queries
    ):
        many_debts(count)
        client.get(address)
        with django_assert_max_num_queries(22):
            client.get(address)

    def test_a_wrong_day_is_said_beside_the_field(self, client, accountant):
        answer = client.get("/money/receivables/", {"on": "someday"})
        assert answer.status_code == 422
        assert "Write a day" in answer.content.decode()


class TestStatement:
    FILE = (
        "date,amount,reference,name,text\n2026-03-12,900.00,A1,Bluehaven Trading Ltd,Advance\n"
        "2026-04-07,1500.00,A3,Bluehaven Services Ltd,{number}\n"
        "2026-04-01,-219.60,A2,Clearpane,Bill 77\n"
    )

    def look(self, client, account, content):
        from django.core.files.uploadedfile import SimpleUploadedFile

        file = SimpleUploadedFile("april.csv", content.encode())
        return client.post("/money/bank/import/", {"account": account.pk, "file": file}, follow=True)

    def test_the_preview_is_a_page_to_come_back_to(self, client, accountant):
        page = self.look(client, make_account(), self.FILE.format(number=""))
        address = page.redirect_chain[-1][0]
        again = client.get(address)
        assert len(again.context["preview"].new) == 3
        assert ">A3<" in again.content.decode()
        assert client.get(address[:-3] + "xyz").url == "/money/bank/import/"
        empty = self.look(client, make_account(), "date,amount,reference,name,text\n").content.decode()
        assert "Choose another file." in empty
        assert 'name="confirm"' not in empty

    def test_preview_then_yes_then_nothing_new(self, client, accountant):
        account = make_account(opening="5000.00")
        content = self.FILE.format(number="x")
        page = self.look(client, account, content)
        assert len(page.context["preview"].new) == 3
        assert not StatementLine.objects.exists()
        done = client.post("/money/bank/import/", {"confirm": page.context["key"]}, follow=True).content.decode()
        assert "3 new lines of 3" in done
        again = self.look(client, account, content)
        assert again.context["preview"].is_repeat
        assert again.context["preview"].new == []
        said = client.post("/money/bank/import/", {"confirm": again.context["key"]}, follow=True).content.decode()
        assert "Nothing new: all 3 lines were there already." in said
        assert StatementLine.objects.count() == 3

    def test_a_line_is_booked_to_its_suggestion_and_led_on_to_allocation(self, client, accountant, story):
        account = make_account(story["invoice"].branch, opening="5000.00")
        page = self.look(client, account, self.FILE.format(number=story["invoice"].number))
        client.post("/money/bank/import/", {"confirm": page.context["key"]})
        line = StatementLine.objects.get(bank_reference="A3", account=account)
        listed = client.get("/money/bank/lines/", {"account": account.pk}).content.decode()
        assert f"Bluehaven Trading Ltd, {story['invoice'].number}" in listed
        data = {"client": story["group"].pk, "legal_entity": story["payment"].legal_entity_id, "key": "book"}
        answer = client.post(f"/money/bank/lines/{line.pk}/book/", data)
        line.refresh_from_db()
        assert answer.url == f"/money/payments/{line.payment_id}/allocate/"
        assert balances_of([account.pk]) == {account.pk: D("6500.00")}

    def test_a_line_is_set_aside_with_a_reason_and_opened_again(self, client, accountant):
        account = make_account()
        page = self.look(client, account, self.FILE.format(number="x"))
        client.post("/money/bank/import/", {"confirm": page.context["key"]})
        line = StatementLine.objects.get(bank_reference="A2")
        assert client.post(f"/money/bank/lines/{line.pk}/ignore/", {"reason": ""}).status_code == 422
        client.post(f"/money/bank/lines/{line.pk}/ignore/", {"reason": "Booked with the card", "key": "ignore"})
        line.refresh_from_db()
        assert (line.status, line.reason) == ("ignored", "Booked with the card")
        client.post(f"/money/bank/lines/{line.pk}/reopen/")
        line.refresh_from_db()
        assert (line.status, line.reason) == ("new", "")
