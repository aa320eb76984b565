"""Who sees which money: every queryset starts from `visible_to`."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.actors import SYSTEM
from finance.choices import InvoiceKind
from finance.models import BankAccount, Invoice, Payment, StatementLine
from finance.selectors.bank import Suggestion, lines_to_book, suggestions
from finance.services.bank import import_statement
from tests.factories.core import make_branch, make_team, make_user
from tests.factories.crm import make_client, make_legal_entity
from tests.factories.finance import make_account, make_invoice, make_payment
from tests.factories.sales import make_order

pytestmark = pytest.mark.django_db

AT = datetime(2026, 4, 7, 18, tzinfo=UTC)


def imported(account, *rows: str) -> list[StatementLine]:
    table = "date,amount,text,iban\n" + "".join(f"2026-04-01,{row}\n" for row in rows)
    stored = import_statement(account_id=account.pk, content=table.encode(), file_name="a", at=AT, by=SYSTEM)
    return list(stored.lines.order_by("pk"))


def test_each_role_sees_its_documents():
    seller, colleague = make_user("seller"), make_user("seller")
    make_team(seller, colleague)
    head = make_user("head_of_sales")
    make_team(head, seller)
    mine = make_invoice(entity=make_legal_entity(make_client(owner=seller)))
    other = make_invoice(entity=make_legal_entity(make_client(owner=colleague)))
    bill = make_invoice(kind=InvoiceKind.BILL)
    money = make_payment(entity=mine.legal_entity)
    for user, documents, payments in (
        (seller, {mine}, {money}),
        (colleague, {other}, set()),
        (head, {mine}, {money}),
        (make_user("purchaser"), {bill}, set()),
        (make_user("accountant"), {mine, other, bill}, {money}),
        (make_user("director"), {mine, other, bill}, {money}),
        (make_user("operator"), set(), set()),
        (make_user(), set(), set()),
    ):
        assert set(Invoice.objects.visible_to(user)) == documents
        assert set(Payment.objects.visible_to(user)) == payments


def test_an_accountant_of_a_branch_sees_that_branchs_accounts_and_lines():
    branch, other = make_branch(), make_branch()
    accounts = [make_account(branch), make_account(other)]
    lines = [imported(account, "5.00,x,")[0] for account in accounts]
    accountant = make_user("accountant", branches=[branch])
    assert list(BankAccount.objects.visible_to(accountant)) == accounts[:1]
    assert list(lines_to_book(accountant)) == lines[:1]
    assert not lines_to_book(make_user("seller")).exists()


def test_bank_lines_name_their_invoice_order_or_payer():
    payer = make_legal_entity(iban="DE02120300000000202051")
    invoice, bill = make_invoice(), make_invoice(kind=InvoiceKind.BILL, number="CP-4471")
    order = make_order()
    lines = imported(
        make_account(),
        f"120.00,your {invoice.number.lower()} thanks,",
        "-120.00,CP-4471,",
        f"50.00,advance {order.number},{payer.iban}",
        "120.00,CP-4471 (a bill is not paid by money that came in),",
        "1.00,who knows,",
    )
    with CaptureQueriesContext(connection) as captured:
        found = suggestions(lines)
    assert len(captured) == 3
    assert [found.get(line.pk) for line in lines] == [
        [Suggestion(invoice.legal_entity_id, invoice_id=invoice.pk)],
        [Suggestion(bill.legal_entity_id, invoice_id=bill.pk)],
        [Suggestion(order.legal_entity_id, order_id=order.pk), Suggestion(payer.pk)],
        None,
        None,
    ]
    assert suggestions([]) == {}


def test_who_says_nothing_else_is_known_by_his_name():
    account, payer = make_account(), make_legal_entity(legal_name="Bluehaven Services Ltd")
    table = "date,amount,name,text\n2026-04-07,1500.00,BLUEHAVEN  SERVICES LTD,partitions\n2026-04-07,1.00,Nobody,x\n"
    import_statement(account_id=account.pk, content=table.encode(), file_name="s.csv", at=AT, by=SYSTEM)
    lines = list(StatementLine.objects.filter(account=account).order_by("pk"))
    with CaptureQueriesContext(connection) as captured:
        found = suggestions(lines)
    assert len(captured) == 3
    assert [found.get(line.pk) for line in lines] == [[Suggestion(payer.pk)], None]


def test_a_fact_leads_only_where_its_reader_may_go(client):
    seller = make_user("seller")
    money = make_payment(entity=make_legal_entity(make_client(owner=seller)))
    account = reverse("finance:bank_card", args=[money.account_id])
    for reader, is_linked in ((seller, False), (make_user("accountant"), True)):
        client.force_login(reader)
        page = client.get(reverse("finance:payment_card", args=[money.pk])).text
        assert money.account.name in page and (f'href="{account}"' in page) is is_linked
