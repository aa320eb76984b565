"""Papers speak the language of the client, break long tables, and keep what they stated."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from decimal import Decimal

import polib
import pytest
from django.utils import translation
from django.utils.translation import trans_real
from pypdf import PdfReader

from core.documents import figures, papers
from tests.documents.reading import made, text_of
from tests.factories.documents import credit_note_of, invoice_of, order_of, purchase_of, quote_of, shipment_of
from tests.factories.production import make_plant, make_work_order

pytestmark = pytest.mark.django_db


class TestLanguage:
    @pytest.fixture
    def german(self, settings, tmp_path, maker):
        """A catalogue with some German words, and a client who reads German."""
        folder = tmp_path / "locale" / "de" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        catalogue = polib.POFile()
        catalogue.metadata = {"Content-Type": "text/plain; charset=utf-8"}
        for word, german in {
            "Invoice": "Rechnung", "Quantity": "Menge", "To pay": "Zu zahlen", "VAT %(percent)s": "USt %(percent)s",
            "Net, %(currency)s": "Netto, %(currency)s", "Due on": "Fällig am",
            'Page <span class="page"></span> of <span class="pages"></span>':
                'Seite <span class="page"></span> von <span class="pages"></span>',
        }.items():  # fmt: skip
            catalogue.append(polib.POEntry(msgid=word, msgstr=german, msgctxt="printed paper"))
        catalogue.append(polib.POEntry(msgid="Invoice", msgstr="Rechnung"))
        catalogue.save_as_mofile(str(folder / "django.mo"))
        settings.LANGUAGES = [("en", "English"), ("de", "German")]
        settings.LOCALE_PATHS = [tmp_path / "locale"]
        trans_real._translations.clear()
        maker.client.client.language = "de"
        maker.client.client.save()
        yield maker
        trans_real._translations.clear()

    def test_words_figures_and_days_are_the_clients(self, german):
        invoice = invoice_of(german)
        with translation.override("en"):  # whoever asks reads English
            document = made("finance.invoice", invoice)
        text = text_of(document)
        assert document.language == "de"
        assert document.name == f"Rechnung {invoice.number}.pdf"
        for word in ("Rechnung", "Menge", "Netto, EUR", "Zu zahlen, EUR", "USt 21", "Seite 1 von 1", "Fällig am"):
            assert word in text
        with translation.override("de"):
            assert figures.money(invoice.gross_amount) in text
        assert "17. November 2026" in text
        assert "To pay" not in text

    def test_a_picking_list_stays_in_the_language_of_the_house(self, german):
        assert made("sales.picking_list", order_of(german)).language == "en"

    @pytest.mark.parametrize(("language", "money", "percent", "day"), [
        ("en", "12,033.00", "4%", "17 November 2026"),
        ("de", "12.033,00", "4\xa0%", "17. November 2026"),
        ("lv", "12\xa0033,00", "4%", "2026. gada 17. novembris"),
        ("nonsense", "12,033.00", "4%", "17 November 2026"),
    ])  # fmt: skip
    def test_figures_by_language(self, language, money, percent, day):
        with translation.override(language):
            assert figures.money(Decimal("12033.0000")) == money
            assert figures.percent(Decimal("4.0000")) == percent
            assert figures.day(date(2026, 11, 17)) == day

    def test_a_moment_is_told_in_its_zone(self):
        noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
        assert figures.moment(noon, "Europe/Riga") == "Mon 2 Mar, 14:00"
        assert (figures.minutes(Decimal("75.4")), figures.number(Decimal("7.5000"))) == ("1:15", "7.5")


class TestLongTables:
    @pytest.mark.slow
    def test_the_head_repeats_and_rows_and_sums_stay_whole(self, maker):
        quote = quote_of(maker, count=300)
        started = time.perf_counter()
        document = made("sales.quote", quote)
        print(f"\nquote of 300 lines: {document.pages} pages in {time.perf_counter() - started:.2f} s")  # noqa: T201
        with document.file.open("rb") as file:
            pages = [page.extract_text() for page in PdfReader(file).pages]
        assert document.pages == len(pages) > 10
        with_lines = [page for page in pages if "ST-CER" in page]
        assert all("Quantity" in page and "Net, EUR" in page for page in with_lines)
        assert sum(page.count("RD-540C") for page in pages) == 50
        assert all(f"Page {at} of {len(pages)}" in page for at, page in enumerate(pages, start=1))
        (last,) = [page for page in pages if "To pay, EUR" in page]
        assert figures.money(quote.gross_amount) in last
        assert "VAT 21%" in last

    def test_the_mark_of_a_draft_is_on_every_page(self, maker):
        document = made("sales.quote", quote_of(maker, count=60))
        with document.file.open("rb") as file:
            pages = [page.extract_text() for page in PdfReader(file).pages]
        assert len(pages) > 2
        assert all("DRAFT" in page for page in pages)

    def test_a_sent_paper_has_no_mark(self, maker):
        assert "DRAFT" not in text_of(made("sales.order", order_of(maker)))


class TestStatements:
    @pytest.mark.parametrize(("kind", "make"), [
        ("sales.quote", quote_of), ("sales.order", order_of), ("sales.picking_list", order_of),
        ("sales.delivery_note", shipment_of), ("finance.invoice", invoice_of), ("finance.credit_note", credit_note_of),
        ("inventory.purchase_order", purchase_of),
    ])  # fmt: skip
    def test_many_are_read_in_as_many_statements_as_one(self, maker, kind, make, django_assert_max_num_queries):
        self.compare(papers.by_kind(kind), make(maker), make(maker), django_assert_max_num_queries)

    def test_so_are_work_order_cards(self, django_assert_max_num_queries):
        plant = make_plant()
        first, other = make_work_order(plant=plant), make_work_order(plant=plant)
        self.compare(papers.by_kind("production.work_order_card"), first, other, django_assert_max_num_queries)

    def compare(self, paper, first, other, django_assert_max_num_queries):
        paper.read([first.pk])  # content types are remembered
        with django_assert_max_num_queries(12) as one:
            paper.read([first.pk])
        with django_assert_max_num_queries(len(one)):
            assert set(paper.read([first.pk, other.pk])) == {first.pk, other.pk}
