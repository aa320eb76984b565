"""Sections and options of quotes: what stands in the sums, what the client chooses, what is ordered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from core.services.standing_links import tokens_of
from sales.errors import DiscountNeedsApproval, EmptyDocument, NoSuchOption
from sales.ledgers.documents import orders_add_up, quotes_add_up
from sales.models import Quote, SalesOrder
from sales.selectors.links import QUOTE
from sales.selectors.options import sections_of, totals_with
from sales.selectors.papers import quote_sheets
from sales.selectors.revisions import changes
from sales.services.lines import LineDraft
from sales.services.quote_drafts import draft_quote
from sales.services.quotes import accept_quote, send_quote
from tests.factories.core import make_branch, make_user
from tests.factories.inventory import make_warehouse
from tests.factories.sales import make_deal, make_policy, make_sold_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal():
    branch = make_branch()
    make_warehouse(branch=branch)
    return make_deal(branch=branch)


def draft(deal, *lines: tuple, **fields) -> Quote:
    """(item, qty, heading, is it an option)"""
    drafts = [
        LineDraft(item_id=item.pk, qty=Decimal(qty), heading=heading, is_optional=option)
        for item, qty, heading, option in lines
    ]
    fields.setdefault("by", SYSTEM)
    return draft_quote(
        deal_id=deal.pk, legal_entity_id=deal.legal_entity_id, lines=drafts, at=timezone.now(),
        valid_until=timezone.localdate() + timedelta(days=9), **fields,
    )  # fmt: skip


@pytest.fixture
def quote(deal) -> Quote:
    """Desk and shelf under Furniture, a lamp to choose, and the assembly: 100 + 50 + (20) + 30."""
    desk, shelf, lamp, work = (make_sold_item(amount) for amount in ("100", "50", "20", "30"))
    return draft(
        deal, (desk, 1, "Furniture", False), (shelf, 1, "", False), (lamp, 1, "", True), (work, 1, "Assembly", False)
    )


def sent(quote: Quote) -> Quote:
    return send_quote(quote_id=quote.pk, at=timezone.now(), by=SYSTEM)


def option_of(quote: Quote):
    return quote.lines.get(is_optional=True)


def test_an_option_is_outside_the_sums_and_sections_have_theirs(quote):
    assert (quote.net_amount, quote.tax_amount, quote.gross_amount) == (180, 36, 216)
    told = [(one.heading, one.net, len(one.lines)) for one in sections_of(quote.lines.order_by("position"))]
    assert told == [("Furniture", 150, 3), ("Assembly", 30, 1)]
    assert not list(quotes_add_up())


def test_the_same_draft_again_is_no_change_and_another_section_is_one(deal, quote):
    lines = [
        (line.item, line.qty, line.heading, line.is_optional)
        for line in quote.lines.select_related("item").order_by("position")
    ]
    assert draft(deal, *lines, version=quote.version).version == quote.version
    lines[1] = (*lines[1][:2], "Storage", False)
    assert draft(deal, *lines, version=quote.version).lines.get(position=2).heading == "Storage"


def test_options_alone_are_no_quote(deal):
    with pytest.raises(EmptyDocument):
        draft(deal, (make_sold_item(), 1, "", True))


def test_the_order_has_the_chosen_options_and_no_others(deal, quote):
    other = make_sold_item("5")
    lines = [
        (line.item, line.qty, line.heading, line.is_optional)
        for line in quote.lines.select_related("item").order_by("position")
    ]
    quote = sent(draft(deal, *lines, (other, 1, "", True), version=quote.version))
    lamp = quote.lines.get(position=3)
    order = accept_quote(quote_id=quote.pk, at=timezone.now(), by=SYSTEM, options=[lamp.pk])
    assert order.lines.count() == 4 and order.gross_amount == Decimal("240.00")
    assert totals_with(list(quote.lines.all()), {lamp.pk}).gross == order.gross_amount
    deal.refresh_from_db()
    assert deal.amount == order.net_amount
    assert accept_quote(quote_id=quote.pk, at=timezone.now(), by=SYSTEM).pk == order.pk
    assert not list(orders_add_up()) and not list(quotes_add_up())


def test_a_line_that_is_no_option_cannot_be_chosen(quote):
    quote = sent(quote)
    fixed = quote.lines.get(position=1)
    with pytest.raises(NoSuchOption):
        accept_quote(quote_id=quote.pk, at=timezone.now(), by=SYSTEM, options=[fixed.pk])
    assert not SalesOrder.objects.exists()


def test_the_database_knows_that_only_options_are_chosen_and_that_they_stay_what_they_were(quote):
    quote = sent(quote)
    with pytest.raises(IntegrityError), transaction.atomic():
        quote.lines.filter(position=1).update(is_chosen=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        quote.lines.filter(position=3).update(is_optional=False)


def test_a_cheap_option_does_not_slip_past_the_limits(deal):
    seller = make_user("seller")
    deal.owner = seller
    deal.save(update_fields=["owner"])
    make_policy("seller", 10, min_margin=30)
    good, bad = make_sold_item("100", standard_cost="60"), make_sold_item("100", standard_cost="99")
    made = draft(deal, (good, 1, "", False), (bad, 1, "", True), by=seller)
    with pytest.raises(DiscountNeedsApproval):
        send_quote(quote_id=made.pk, at=timezone.now(), by=seller)


def test_gross_prices_keep_every_cent_beside_an_option(deal):
    lines = [(make_sold_item("9.99"), 1, "", False), (make_sold_item("9.99"), 1, "", True)]
    made = draft(deal, *lines, (make_sold_item("0.05"), 1, "", False), tax_included=True)
    gross = sum((line.unit_price * line.qty for line in made.lines.filter(is_optional=False)), Decimal(0))
    assert made.gross_amount == gross.quantize(Decimal("0.01"))


def test_the_paper_shows_sections_and_keeps_options_apart(quote):
    sheet = quote_sheets([sent(quote).pk])[quote.pk]
    assert [line.heading for line in sheet.lines] == ["Furniture", "", "Assembly"]
    assert sheet.lines[0].section_net == 150 and len(sheet.options) == 1


def address(quote: Quote) -> str:
    return reverse("sales:quote_public", args=[tokens_of([quote], QUOTE, at=timezone.now())[quote.pk]])


def test_the_client_chooses_sees_the_sum_and_orders_for_just_that(client, quote):
    quote = sent(quote)
    url, lamp = address(quote), option_of(quote)
    page = client.get(url)
    assert "Choose what you want with it" in page.text and "€216.00" in page.text and "Furniture" in page.text
    worked_out = client.post(url, {"option": lamp.pk, "work_out": "1", "name": "Ines"})
    assert worked_out.status_code == 200 and "€240.00" in worked_out.text and 'value="Ines"' in worked_out.text
    other_sum = client.post(url, {"option": lamp.pk, "accept": "1", "name": "Ines", "seen": "216.00"})
    assert other_sum.status_code == 422 and "Press again" in other_sum.text and not SalesOrder.objects.exists()
    done = client.post(url, {"option": lamp.pk, "accept": "1", "name": "Ines", "seen": "240.00"}, follow=True)
    assert done.status_code == 200 and "€240.00" in done.text
    assert SalesOrder.objects.get().gross_amount == 240


def test_a_colleague_enters_what_was_chosen_on_the_phone(client, quote):
    client.force_login(make_user("administrator"))
    quote = sent(quote)
    url = reverse("sales:quote_accept", args=[quote.pk])
    assert "Options they take" in client.get(url).text
    client.post(url, {"accepted_by_name": "Ines", "options": [option_of(quote).pk]})
    assert SalesOrder.objects.get().gross_amount == 240


def form_of(quote: Quote, **more) -> dict:
    data = {
        "legal_entity": quote.legal_entity_id, "valid_until": "", "terms": "", "version": quote.version,
        "lines-INITIAL_FORMS": 0, "lines-TOTAL_FORMS": quote.lines.count(), **more,
    }  # fmt: skip
    for number, line in enumerate(quote.lines.order_by("position")):
        row = {"item": line.item_id, "text": line.text, "qty": line.qty, "price": "", "listed": "", "discount": 0}
        row |= {"heading": line.heading} | ({"is_optional": "on"} if line.is_optional else {})
        data |= {f"lines-{number}-{name}": value for name, value in row.items()}
    return data


def headings(quote: Quote) -> list[tuple[str, str]]:
    return [(line.text, line.heading) for line in quote.lines.order_by("position")]


def test_the_editor_begins_sections_moves_over_them_and_adds_options(client, quote):
    client.force_login(make_user("administrator"))
    url = reverse("sales:quote_edit_lines", args=[quote.pk])
    page = client.get(url)
    assert 'value="Furniture"' in page.text and "Option for client" in page.text
    desk, shelf, lamp, work = (line.text for line in quote.lines.order_by("position"))

    client.post(url, form_of(quote, section=1))
    assert headings(quote)[1] == (shelf, "Section")
    quote.refresh_from_db()
    client.post(url, form_of(quote, up=3))  # the only line of Assembly joins the section above
    quote.refresh_from_db()
    assert headings(quote) == [(desk, "Furniture"), (shelf, "Section"), (lamp, ""), (work, "")]
    client.post(url, form_of(quote, remove=0))
    quote.refresh_from_db()
    assert headings(quote)[0] == (shelf, "Section")
    extra = make_sold_item("7")
    client.post(url, form_of(quote, add_id=extra.pk, new_heading="Extras", new_option="1"))
    line = quote.lines.get(item=extra)
    assert (line.heading, line.is_optional) == ("Extras", True)


def test_versions_are_compared_line_by_line(client, deal, quote):
    client.force_login(make_user("administrator"))
    first = sent(quote)
    desk, shelf = (first.lines.select_related("item").get(position=place).item for place in (1, 2))
    url = lambda made: reverse("sales:quote_compare", args=[made.pk])  # noqa: E731
    assert "There is one version so far" in client.get(url(first)).text
    second = draft(deal, (desk, 2, "", False), (shelf, 1, "", False), (make_sold_item("8"), 1, "", False))
    assert [row.kind for row in changes(first, second)] == ["changed", "same", "added", "removed", "removed"]
    assert [row.difference for row in changes(first, second)] == [100, 0, 8, 0, -30]
    page = client.get(url(second)).text
    assert "Version 1 and version 2" in page and "4 lines differ" in page and "Taken out" in page
    assert client.get(url(first) + f"?with={second.pk}").status_code == 200


def test_comparing_costs_the_same_for_many_lines(client, deal, django_assert_max_num_queries):
    client.force_login(make_user("administrator"))
    items = [make_sold_item("10") for _ in range(60)]
    sent(draft(deal, *((item, 1, "", False) for item in items)))
    second = draft(deal, *((item, 2, "", False) for item in items))
    with django_assert_max_num_queries(40):
        client.get(reverse("sales:quote_compare", args=[second.pk]))
