"""What stands on the papers is what is stored: every figure, in the client's language, and no cost anywhere."""

import io
import time
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pypdf import PdfReader

from core.actors import SYSTEM
from core.documents import figures, papers
from core.documents.rendering import Sheet, draw
from core.documents.snapshot import hash_of, packed, unpacked
from core.services.logos import set_logo
from finance.models import Invoice
from finance.selectors.papers import transfer_code
from production.services.work.releasing import release_work_order
from tests.documents.reading import made, text_of
from tests.factories.documents import (
    AT,
    IBAN,
    credit_note_of,
    drawn_logo,
    invoice_of,
    order_of,
    purchase_of,
    quote_of,
    shipment_of,
)
from tests.factories.production import make_work_order

pytestmark = pytest.mark.django_db


def stated(document) -> list[str]:
    """The stored figures of a document with prices, as the paper has to write them."""
    amounts = [document.net_amount, document.gross_amount, *document.taxes.values_list("tax_amount", flat=True)]
    return [figures.money(amount) for amount in [*amounts, *document.lines.values_list("net_amount", flat=True)]]


class TestFigures:
    @pytest.mark.parametrize(("kind", "make"), [
        ("sales.quote", quote_of), ("sales.order", order_of), ("finance.invoice", invoice_of),
        ("finance.credit_note", credit_note_of),
    ])  # fmt: skip
    def test_every_stored_figure_stands_on_the_paper(self, maker, kind, make):
        record = make(maker)
        text = text_of(made(kind, record))
        assert record.number in text
        for figure in stated(record):
            assert figure in text, figure
        for percent in record.taxes.values_list("percent", flat=True):
            assert f"VAT {figures.percent(percent)}" in text
        for word in ("Alderline Fitted Furniture Ltd", "LV40203999001", "Hotel Miramar, SL", "EUR", "17 November 2026"):
            assert word in text

    def test_the_sums_on_paper_add_up_as_stored(self, maker):
        invoice = invoice_of(maker)
        facts = papers.by_kind("finance.invoice").read([invoice.pk])[invoice.pk]
        assert sum(line.net for line in facts.lines) == facts.totals.net == invoice.net_amount
        assert sum(tax.tax for tax in facts.totals.taxes) == invoice.tax_amount
        assert facts.totals.net + invoice.tax_amount == facts.totals.gross == invoice.gross_amount

    def test_a_purchase_order_shows_what_is_ordered_and_due(self, maker):
        order = purchase_of(maker)
        text = text_of(made("inventory.purchase_order", order))
        for word in ("Ziegelwerk Süd GmbH", "70125", "ST-CER", "24 Nov 2026", figures.money(order.gross_amount)):
            assert word in text

    def test_an_invoice_says_where_to_pay_and_banks_can_read_it(self, maker):
        invoice = invoice_of(maker)
        text = text_of(made("finance.invoice", invoice))
        assert "LV80 BANK 0000 4351 9500 1" in text
        assert transfer_code(invoice, IBAN).splitlines() == [
            "BCD", "002", "1", "SCT", "", "Alderline Fitted Furniture Ltd", IBAN, "EUR55910.06", "", "",
            invoice.number,
        ]  # fmt: skip

    def test_prices_with_tax_are_named_so(self, maker):
        plain, gross = quote_of(maker), quote_of(maker, tax_included=True)
        assert "Prices include VAT" not in text_of(made("sales.quote", plain))
        assert "Prices include VAT" in text_of(made("sales.quote", gross))


class TestGoods:
    def test_a_delivery_note_says_what_came_and_what_is_to_come(self, maker):
        shipment = shipment_of(maker)
        text = text_of(made("sales.delivery_note", shipment))
        for word in ("20 m² 16 m²", "ST-2026-114", "BC-90871", "Baltic Cargo", "service entrance", "654 kg"):
            assert word in text

    def test_a_picking_list_leads_to_places_in_their_order(self, maker):
        order = order_of(maker)
        facts = papers.by_kind("sales.picking_list").read([order.pk])[order.pk]
        places = [line.place for line in facts.lines]
        assert places == sorted(places)
        assert {line.lot for line in facts.lines} == {"", "ST-2026-114"}
        assert facts.terms == ()

    def test_what_is_not_in_stock_is_told_apart(self, maker):
        order = order_of(maker, stocked=False)
        facts = papers.by_kind("sales.picking_list").read([order.pk])[order.pk]
        assert facts.lines == ()
        assert "36 m² WP-FLU Wall panelling, fluted oak" in facts.terms[0].text

    def test_a_work_order_card_has_times_and_materials_but_no_costs(self):
        work = make_work_order()
        release_work_order(work_order_id=work.pk, at=AT, by=SYSTEM)
        text = text_of(made("production.work_order_card", work))
        for word in (work.number, f"{work.number}/10", "1:30", "29.64 m", "ALU-P"):
            assert word in text
        assert not {"36.00", "EUR", "12.10", "cost", "Cost"} & set(text.split())

    @pytest.mark.parametrize("kind", ["sales.delivery_note", "sales.picking_list"])
    def test_papers_about_goods_carry_no_price(self, maker, kind):
        order = order_of(maker)
        record = order if kind == "sales.picking_list" else shipment_of(maker, order)
        text = text_of(made(kind, record))
        assert "18,900.00" not in text
        assert "EUR" not in text


def test_costs_have_no_place_in_what_clients_get(maker):
    quote = quote_of(maker)
    quote.lines.update(cost_amount="777.77")
    snapshot = str(packed(papers.by_kind("sales.quote").read([quote.pk])[quote.pk]))
    assert "777.77" not in snapshot
    assert "cost" not in snapshot


def test_snapshots_come_back_as_they_went():
    value = {"a": [Decimal("1.2300"), date(2026, 1, 2), datetime(2026, 1, 2, 3, tzinfo=UTC), None, True, "x", {"=": 1}]}
    back = unpacked(packed({"a": value["a"][:6]}))
    assert back == {"a": value["a"][:6]}
    assert hash_of(packed(back)) == hash_of(packed({"a": value["a"][:6]}))
    assert hash_of("x", "en") != hash_of("x", "de")
    with pytest.raises(TypeError):
        packed({"a": 1.5})


def test_scripts_beyond_latin_have_their_letters(maker):
    maker.client.legal_name = "Žluťoučký kůň, ООО Привет, Ελλάδα"
    maker.client.save()
    assert "Žluťoučký kůň, ООО Привет, Ελλάδα" in text_of(made("sales.quote", quote_of(maker)))


def test_one_invoice_in_time(maker):
    """W13 of PERFORMANCE.md: 500 ms, better 250, facts and storing included."""
    set_logo(organization_id=maker.organization.pk, name="logo.png", content=drawn_logo(), by=SYSTEM)
    order = order_of(maker)
    started = time.perf_counter()
    made("finance.invoice", invoice_of(maker, order))
    first = time.perf_counter() - started
    took = []
    for _ in range(5):
        note = credit_note_of(maker, Invoice.objects.get(order=order, kind="invoice"))
        started = time.perf_counter()
        made("finance.credit_note", note)
        took.append(time.perf_counter() - started)
    warm = sorted(took)[2]
    print(f"\none invoice: first {first * 1000:.0f} ms, warm {warm * 1000:.0f} ms (median of 5)")  # noqa: T201
    assert warm < 2.0  # far above the goal: this machine is shared; `make bench` holds the real limit


def test_several_papers_in_one_file_count_their_own_pages(maker):
    quote = quote_of(maker)
    facts = unpacked(packed(papers.by_kind("sales.quote").read([quote.pk])[quote.pk]))
    sheet = Sheet("documents/quote.html", facts, "en")
    drawn = draw([sheet, sheet, sheet])
    assert drawn.pages == 3
    assert [page.extract_text().count("Page 1 of 1") for page in PdfReader(io.BytesIO(drawn.content)).pages] == [
        1,
        1,
        1,
    ]
