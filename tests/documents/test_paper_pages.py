"""Pages of papers: asking, watching, downloading; what somebody may not know of answers 404."""

import pytest
from django.urls import reverse

from core.actors import SYSTEM
from core.documents import making
from core.documents.choices import DocumentState
from core.documents.selectors import papers_of
from core.documents.services import request_paper
from core.models import Document
from finance.choices import InvoiceKind
from finance.models import Invoice
from sales.choices import OrderStatus
from sales.models import SalesOrder
from tests.factories.core import make_user
from tests.factories.documents import order_of, quote_of
from tests.factories.finance import make_invoice

HTMX = {"HX-Request": "true"}
PAPER = b"%PDF-1.7 small"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(making, "_drawn", lambda document: (PAPER, 1))


@pytest.fixture
def quote(maker):
    return quote_of(maker)


def ask(client, quote, headers=None, kind="sales.quote"):
    return client.post(reverse("core:paper_new"), {"kind": kind, "record": quote.pk}, headers=headers or {})


def ready(quote) -> Document:
    document = request_paper(kind="sales.quote", record_id=quote.pk, by=SYSTEM)
    making.make(document.pk)
    document.refresh_from_db()
    return document


def test_without_scripts_asking_leads_to_the_page_of_versions(client, maker, quote):
    client.force_login(maker.seller)
    answer = client.post(reverse("core:paper_new"), {"kind": "sales.quote", "record": quote.pk}, follow=True)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "is being made" in page
    assert "Look again" in page


def test_the_part_asks_again_until_the_file_is_there(client, maker, quote):
    client.force_login(maker.seller)
    part = ask(client, quote, HTMX)
    assert part.headers["Vary"].count("HX-Request") == 1
    text = part.content.decode()
    assert 'data-live="1"' in text
    assert 'hx-trigger="live"' in text
    assert "<html" not in text
    making.make(Document.objects.get().pk)
    state = reverse("core:paper_state", args=["sales.quote", quote.pk])
    text = client.get(state, headers=HTMX).content.decode()
    assert "data-live" not in text
    assert reverse("core:paper", args=[Document.objects.get().uuid]) in text
    assert client.get(state).status_code == 302


def test_the_file_is_shown_and_downloaded_under_its_name(client, maker, quote):
    client.force_login(maker.seller)
    document = ready(quote)
    answer = client.get(document.get_absolute_url())
    assert b"".join(answer.streaming_content) == PAPER
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="Quote {quote.number}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    again = client.get(document.get_absolute_url() + "?download")
    assert again["Content-Disposition"].startswith("attachment")


def test_a_file_that_is_not_there_yet_leads_to_the_page_of_versions(client, maker, quote):
    client.force_login(maker.seller)
    document = request_paper(kind="sales.quote", record_id=quote.pk, by=SYSTEM)
    answer = client.get(document.get_absolute_url())
    assert (answer.status_code, answer.url) == (302, reverse("core:paper_history", args=["sales.quote", quote.pk]))


def test_a_file_lost_on_the_disk_is_not_found(client, maker, quote):
    client.force_login(maker.seller)
    document = ready(quote)
    document.file.storage.delete(document.file.name)
    assert client.get(document.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("role", ["seller", "storekeeper", "operator", None])
def test_a_foreign_record_is_not_found_and_nothing_is_written(client, quote, role):
    document = ready(quote)
    client.force_login(make_user(role))
    history = reverse("core:paper_history", args=["sales.quote", quote.pk])
    state = reverse("core:paper_state", args=["sales.quote", quote.pk])
    assert client.get(document.get_absolute_url()).status_code == 404
    assert client.get(history).status_code == 404
    assert client.get(state, headers=HTMX).status_code == 404
    assert ask(client, quote).status_code == 404
    assert Document.objects.count() == 1


@pytest.mark.parametrize(("kind", "record"), [
    ("sales.nonsense", "1"), ("sales.quote", "999999"), ("sales.quote", "x"), ("", ""), ("sales.quote", "9" * 30),
])  # fmt: skip
def test_nonsense_is_not_found(client, maker, kind, record):
    client.force_login(maker.seller)
    assert client.post(reverse("core:paper_new"), {"kind": kind, "record": record}).status_code == 404


def test_a_suppliers_bill_has_no_paper_of_ours(client, maker):
    client.force_login(make_user("accountant"))
    bill = make_invoice(entity=maker.client, kind=InvoiceKind.BILL)
    assert ask(client, bill, kind="finance.invoice").status_code == 404


def test_strangers_are_sent_to_sign_in(client, quote):
    assert client.get(ready(quote).get_absolute_url()).status_code == 302
    assert ask(client, quote).status_code == 302


def test_a_refusal_is_told_in_the_part(client, maker):
    client.force_login(maker.seller)
    order = order_of(maker, confirmed=False, stocked=False)
    SalesOrder.objects.filter(pk=order.pk).update(status=OrderStatus.CANCELLED)
    answer = ask(client, order, HTMX, kind="sales.order")
    assert answer.status_code == 409
    assert "the order is cancelled." in answer.content.decode()


def test_the_page_tells_all_versions_with_who_and_when(client, maker, quote):
    client.force_login(maker.seller)
    ask(client, quote)
    making.make(Document.objects.get().pk)
    maker.client.legal_name = "Hotel Miramar Valencia, SL"
    maker.client.save()
    ask(client, quote)
    page = client.get(reverse("core:paper_history", args=["sales.quote", quote.pk])).content.decode()
    assert page.count("Marta Lindqvist") >= 3
    assert "2026" in page
    assert f"Quote {quote.number}" in page


def test_a_failed_one_offers_another_try_and_no_secrets(client, maker, quote):
    client.force_login(maker.seller)
    document = request_paper(kind="sales.quote", record_id=quote.pk, by=SYSTEM)
    Document.objects.filter(pk=document.pk).update(state=DocumentState.FAILED, error="/secret/path")
    page = client.get(reverse("core:paper_history", args=["sales.quote", quote.pk])).content.decode()
    assert "Try again" in page
    assert "/secret/path" not in page


def test_the_box_on_a_card_takes_few_statements(maker, django_assert_max_num_queries):
    order = order_of(maker)
    papers_of(order, maker.seller)
    with django_assert_max_num_queries(2):
        states = papers_of(order, maker.seller)
    assert [state.paper.kind for state in states] == ["sales.order", "sales.picking_list"]
    assert papers_of(order, make_user("operator")) == []


def test_a_posted_papers_row_offers_no_new_version(client, maker):
    invoice = make_invoice(entity=maker.client)
    document = request_paper(kind="finance.invoice", record_id=invoice.pk, by=SYSTEM)
    making.make(document.pk)
    (state,) = papers_of(Invoice.objects.get(pk=invoice.pk), make_user("accountant"))
    assert not state.may_be_asked
