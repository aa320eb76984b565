"""Asking for papers: one version while the record reads the same, one for ever once it is posted."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from core.actors import SYSTEM
from core.documents import making
from core.documents.choices import DocumentState
from core.documents.errors import NotPrintable, PaperNotMade, UnknownPaper
from core.documents.services import paper_for_mail, request_paper
from core.errors import NotAllowed
from core.models import Attachment, Document
from finance.choices import InvoiceKind
from finance.models import Invoice
from sales.services.quote_drafts import draft_quote
from tests.core.threads import at_once
from tests.documents.reading import made
from tests.factories.core import make_user
from tests.factories.documents import AT, invoice_of, make_maker, order_of, quote_of
from tests.factories.finance import make_invoice
from tests.factories.sales import drafts


def ask(kind, record, by=SYSTEM) -> Document:
    return request_paper(kind=kind, record_id=record.pk, by=by)


def rewrite(quote, maker, *, qty):
    """Write the open draft anew with one line."""
    return draft_quote(
        deal_id=quote.deal_id, legal_entity_id=maker.client.pk, at=AT, by=SYSTEM,
        lines=drafts([(maker.items["BB-300"], qty, 0, "100.00")]),
    )  # fmt: skip


def test_the_first_version_waits_with_its_facts(maker):
    quote = quote_of(maker)
    document = ask("sales.quote", quote, by=maker.seller)
    assert (document.number, document.state, document.language) == (1, DocumentState.WAITING, "en")
    assert (document.is_draft, document.is_final) == (True, False)
    assert document.name == f"Quote {quote.number}.pdf"
    assert document.requested_by == maker.seller
    assert document.facts["receiver"]["name"] == "Hotel Miramar, SL"


def test_what_reads_the_same_is_the_same_version(maker):
    quote = quote_of(maker)
    first = made("sales.quote", quote)
    again = ask("sales.quote", quote)
    assert again == first
    assert Document.objects.count() == 1


def test_what_reads_otherwise_is_the_next_version_and_the_first_stays(maker):
    quote = quote_of(maker)
    first = made("sales.quote", quote)
    rewrite(quote, maker, qty=2)
    second = made("sales.quote", quote)
    assert (first.number, second.number) == (1, 2)
    assert first.file.name != second.file.name
    assert first.file.size
    assert second.file.size


def test_back_to_what_it_was_is_a_version_of_its_own(maker):
    quote = quote_of(maker)
    for qty in (1, 2, 1):
        rewrite(quote, maker, qty=qty)
        document = made("sales.quote", quote)
    assert document.number == 3


def test_the_logo_and_the_language_belong_to_what_it_reads(maker, settings):
    settings.LANGUAGES = [("en", "English"), ("de", "German")]
    quote = quote_of(maker)
    assert ask("sales.quote", quote).language == "en"
    client = maker.client.client
    client.language = "de"
    client.save()
    assert (ask("sales.quote", quote).number, ask("sales.quote", quote).language) == (2, "de")
    client.language = "xx"  # nobody wrote a catalogue for it
    client.save()
    assert ask("sales.quote", quote).language == "en"


def test_a_posted_invoice_gets_one_paper_for_ever(maker):
    invoice = invoice_of(maker)
    first = made("finance.invoice", invoice)
    assert (first.is_final, first.is_draft) == (True, False)
    maker.client.billing_address = "Somewhere else"
    maker.client.save()
    maker.client.client.language = "de"
    maker.client.client.save()
    assert made("finance.invoice", invoice) == first
    assert Document.objects.count() == 1


def test_a_draft_may_be_printed_many_times_before(maker):
    draft = Invoice.objects.create(
        organization=maker.organization, branch=maker.branch, kind=InvoiceKind.INVOICE, client=maker.client.client,
        legal_entity=maker.client, currency_id="EUR",
    )  # fmt: skip
    first = made("finance.invoice", draft)
    assert (first.is_draft, first.is_final, first.name) == (True, False, f"Invoice DRAFT-{draft.pk}.pdf")


def test_the_database_keeps_papers_as_they_were_made(maker):
    document = made("finance.invoice", invoice_of(maker))
    for change in ({"sha256": "0" * 64}, {"state": "waiting"}, {"file": "elsewhere.pdf"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        document.delete()
    twin = Document(
        record_type=document.record_type, record_id=document.record_id, kind=document.kind, number=2, language="en",
        is_final=True, facts_hash="x", name="x",
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()
    twin.is_final, twin.number = False, 1
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_who_may_not_see_the_record_may_not_print_it(maker):
    quote = quote_of(maker)
    for stranger in (make_user("seller"), make_user("storekeeper"), make_user()):
        with pytest.raises(NotAllowed):
            ask("sales.quote", quote, by=stranger)
    assert not Document.objects.exists()


def test_a_cancelled_order_has_no_paper(maker):
    order = order_of(maker, confirmed=False, stocked=False)
    assert ask("sales.order", order).is_draft
    with pytest.raises(NotPrintable, match="not open for delivery"):
        ask("sales.picking_list", order)


@pytest.mark.parametrize("kind", ["finance.invoice", "finance.credit_note", "sales.nonsense", ""])
def test_a_record_has_only_its_own_kinds_of_papers(maker, kind):
    bill = make_invoice(entity=maker.client, kind=InvoiceKind.BILL)
    with pytest.raises(UnknownPaper):
        ask(kind, bill)


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_get_one_version():
    maker = make_maker()
    quote = quote_of(maker)
    answers = at_once(*[lambda: ask("sales.quote", quote).pk for _ in range(2)])
    assert len(set(answers)) == 1
    assert Document.objects.count() == 1


def test_a_failed_version_is_tried_again_as_itself(maker):
    quote = quote_of(maker)
    document = ask("sales.quote", quote)
    Document.objects.filter(pk=document.pk).update(state=DocumentState.FAILED, attempts=3, error="no font")
    again = ask("sales.quote", quote)
    assert (again.pk, again.state, again.attempts) == (document.pk, DocumentState.WAITING, 0)


def test_a_paper_for_a_mail_is_drawn_at_once_and_attached_once(maker):
    invoice = invoice_of(maker)
    attachment = paper_for_mail(kind="finance.invoice", record_id=invoice.pk, by=SYSTEM)
    assert paper_for_mail(kind="finance.invoice", record_id=invoice.pk, by=SYSTEM) == attachment
    assert attachment.name == f"Invoice {invoice.number}.pdf"
    with attachment.file.open("rb") as file:
        assert file.read(5) == b"%PDF-"
    assert Attachment.objects.count() == 1


def test_a_paper_that_cannot_be_drawn_is_not_mailed(maker, monkeypatch):
    monkeypatch.setattr(making, "_drawn", lambda document: 1 / 0)
    with pytest.raises(PaperNotMade):
        paper_for_mail(kind="finance.invoice", record_id=invoice_of(maker).pk, by=SYSTEM)


def test_asking_takes_as_many_statements_for_many_lines_as_for_few(maker, django_assert_max_num_queries):
    few, many = quote_of(maker, count=2), quote_of(maker, count=200)
    for quote in (few, many):
        with django_assert_max_num_queries(22):
            ask("sales.quote", quote)
