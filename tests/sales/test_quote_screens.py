"""The list, card, editor and steps of quotes, as a seller and the head of sales use them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from inventory.models import Item
from sales.models import Quote
from sales.services.quotes import send_quote
from tests.factories.core import make_user
from tests.factories.sales import make_deal, make_quote, make_sold_item, price
from tests.sales.quote_pages import HTMX, editor, new, sent

pytestmark = pytest.mark.django_db


def test_a_quote_is_written_from_its_deal_without_scripts(client, deal):
    desk = make_sold_item("549.90", sku="GP-200")
    assert "Nothing is kept before the first change" in client.get(new(deal)).text
    assert not Quote.objects.exists()
    added = client.post(new(deal), sent(deal, add="1", search="GP-200"))
    quote = Quote.objects.get()
    assert (added.status_code, added.url) == (302, f"{editor(quote)}?adding=yes")
    assert quote.lines.get().unit_price == Decimal("549.90")
    saved = client.post(editor(quote), sent(deal, (desk, "3", "5"), version=quote.version))
    assert saved.status_code == 302
    quote.refresh_from_db()
    assert quote.net_amount == Decimal("1567.22")
    page = client.get(editor(quote)).text
    assert "€1,567.22" in page and "€1,649.70" in page and "−€82.48" in page
    assert client.get(new(deal)).url == editor(quote)


def test_htmx_gets_the_figures_alone_and_the_draft_is_kept(client, deal):
    quote = make_quote(deal, [(desk := make_sold_item("100.00"), 1)])
    answer = client.post(editor(quote), sent(deal, (desk, "4", "2.5"), version=quote.version), **HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text and 'id="quote-figures"' in answer.text and "€390.00" in answer.text
    quote.refresh_from_db()
    assert (quote.net_amount, f'value="{quote.version}"' in answer.text) == (Decimal("390.00"), True)
    assert answer["HX-Trigger"] == "quote-saved"


def test_a_new_quote_becomes_its_draft_without_leaving_the_page(client, deal):
    desk = make_sold_item("100.00", sku="OAK")
    first = client.post(new(deal), sent(deal, (desk, "4")), **HTMX)
    quote = Quote.objects.get()
    assert (first.status_code, first["HX-Replace-Url"]) == (200, editor(quote))
    assert 'id="quote-head" hx-swap-oob="true"' in first.text and f"<title>{quote.number}" in first.text
    again = client.post(new(deal), sent(deal, (desk, "5"), version=quote.version), **HTMX)
    assert again.status_code == 200 and 'id="quote-head"' not in again.text and not again.has_header("HX-Replace-Url")
    assert quote.lines.get().qty == 5
    stale = client.post(new(deal), sent(deal, (desk, "6"), version=quote.version), **HTMX)
    assert stale.status_code == 409 and editor(quote) in stale.text
    send_quote(quote_id=quote.pk, at=timezone.now(), by=SYSTEM)
    late = client.post(new(deal), sent(deal, (desk, "7"), version=quote.version + 1), **HTMX)
    assert late["HX-Redirect"] == reverse("sales:quote_card", args=[quote.pk])
    assert Quote.objects.get() == quote, "no second version of it came by"


def test_a_larger_quantity_brings_its_own_price_and_says_why(client, deal):
    desk = make_sold_item("100.00")
    price(desk, "90.00", min_qty=Decimal(10))
    quote = make_quote(deal, [(desk, 1)])
    data = sent(deal, (desk, "10", "0", "100.00"), version=quote.version) | {"lines-0-listed": "100"}
    answer = client.post(editor(quote), data, **HTMX)
    assert "€900.00" in answer.text and "from 10" in answer.text
    assert 'value="90.00"' in answer.text, "the field shows the new listed price"


def test_a_line_whose_cost_nobody_knows_has_no_margin(client, deal):
    known, unknown = make_sold_item("100.00", standard_cost=Decimal(60)), make_sold_item("50.00")
    quote, another = make_quote(deal, [(known, 1), (unknown, 1)]), make_deal(owner=deal.owner, branch=deal.branch)
    for page in (client.get(editor(quote)), client.get(reverse("sales:quote_card", args=[quote.pk]))):
        assert "40\u00a0%" in page.text and "100\u00a0%" not in page.text
    assert "Nobody knows what 1 line costs" in client.get(editor(quote)).text
    assert "Nobody knows what" not in client.get(editor(make_quote(another, [(known, 1)]))).text


def test_a_price_by_hand_stays(client, deal):
    quote = make_quote(deal, [(desk := make_sold_item("100.00"), 1)])
    data = sent(deal, (desk, "2", "0", "80*1"), version=quote.version) | {"lines-0-listed": "100"}
    assert "Price by hand" in client.post(editor(quote), data, **HTMX).text
    assert Quote.objects.get().net_amount == Decimal("160.00")


def test_lines_are_moved_and_removed(client, deal):
    one, two = make_sold_item("10.00"), make_sold_item("20.00")
    quote = make_quote(deal, [(one, 1), (two, 1)])
    client.post(editor(quote), sent(deal, (one, "1"), (two, "1"), version=quote.version, up="1"), **HTMX)
    assert list(quote.lines.order_by("position").values_list("item", flat=True)) == [two.pk, one.pk]
    quote.refresh_from_db()
    client.post(editor(quote), sent(deal, (two, "1"), (one, "1"), version=quote.version, remove="0"), **HTMX)
    assert list(quote.lines.values_list("item", flat=True)) == [one.pk]


def test_several_meant_items_are_offered_and_none_is_told(client, deal):
    for sku in ("OAK-1", "OAK-2"):
        make_sold_item("10.00", sku=sku, name=f"Oak desk {sku}")
    page = client.post(new(deal), sent(deal, add="1", search="oak desk"))
    assert page.status_code == 200 and page.text.count('name="add_id"') == 2
    missing = client.post(new(deal), sent(deal, add="1", search="no such thing"))
    assert missing.status_code == 422 and "no such thing" in missing.text
    chosen = client.post(new(deal), sent(deal, add_id=str(Item.objects.get(sku="OAK-2").pk)))
    assert chosen.status_code == 302
    url = reverse("sales:quote_items")
    found = client.get(url, {"search": "oak", "target": "quote-editor", "form": "quote-form", "here": "/x/"})
    assert found.text.count('name="add_id"') == 2
    assert 'name="add_id"' not in client.get(url, {"search": "oak", "here": "javascript:1"}).text


@pytest.mark.parametrize(("field", "value"), [("qty", "0"), ("qty", "many"), ("discount", "101"), ("price", "-1")])
def test_what_is_wrong_is_told_and_kept(client, deal, field, value):
    quote = make_quote(deal, [(desk := make_sold_item("100.00"), 1)])
    data = sent(deal, (desk, "1"), version=quote.version) | {f"lines-0-{field}": value}
    answer = client.post(editor(quote), data)
    assert answer.status_code == 422
    assert f'value="{value}"' in answer.text and "This was not saved" in answer.text
    assert client.post(editor(quote), data, **HTMX).status_code == 422


def test_a_draft_that_changed_meanwhile_is_not_overwritten(client, deal):
    quote = make_quote(deal, [(desk := make_sold_item("100.00"), 1)])
    stale = quote.version
    client.post(editor(quote), sent(deal, (desk, "2"), version=stale))
    answer = client.post(editor(quote), sent(deal, (desk, "5"), version=stale))
    assert answer.status_code == 409 and "changed this draft meanwhile" in answer.text
    assert Quote.objects.get().net_amount == Decimal("200.00")


def test_an_item_without_a_price_is_refused_kindly(client, deal):
    desk = make_sold_item("100.00")
    desk.price_rules.all().delete()
    answer = client.post(new(deal), sent(deal, (desk, "1")))
    assert answer.status_code == 409 and "has no price" in answer.text


def test_a_sent_version_is_not_edited(client, deal):
    quote = make_quote(deal)
    send_quote(quote_id=quote.pk, at=timezone.now(), by=SYSTEM)
    card = reverse("sales:quote_card", args=[quote.pk])
    assert client.get(editor(quote)).url == card
    assert client.post(editor(quote), {}).url == card
    assert client.post(editor(quote), {}, **HTMX)["HX-Redirect"] == card


def test_a_new_version_begins_with_the_last_one(client, deal):
    desk = make_sold_item("100.00", name="Oak desk")
    quote = make_quote(deal, [(desk, 3, "2.5")])
    send_quote(quote_id=quote.pk, at=timezone.now(), by=SYSTEM)
    page = client.get(new(deal)).text
    assert 'value="2.5"' in page and "Oak desk" in page and "Version 1 was sent" in page
    client.post(new(deal), sent(deal, (desk, "3", "4")))
    assert list(Quote.objects.order_by("revision").values_list("revision", "status")) == [(1, "sent"), (2, "draft")]


def test_costs_and_margins_hide_from_roles_without_the_right(client, deal):
    quote = make_quote(deal, [(make_sold_item("100.00"), 1)])
    client.force_login(make_user("marketer"))
    for page in (reverse("sales:quote_list"), reverse("sales:quote_card", args=[quote.pk])):
        assert "Margin" not in client.get(page).text
    assert client.get(editor(quote)).status_code == 403


@pytest.mark.parametrize("name", ["list", "card"])
def test_statements_do_not_grow(client, deal, name, django_assert_max_num_queries):
    lines = [(make_sold_item("10.00"), 1) for _ in range(12)]
    quote = make_quote(deal, lines)
    url = reverse("sales:quote_list") if name == "list" else reverse("sales:quote_card", args=[quote.pk])
    client.get(url)
    with django_assert_max_num_queries(30):
        assert client.get(url).status_code == 200
