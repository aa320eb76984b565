"""The client's page of a quote: no sign-in, his language, one order whatever is sent twice, no cost ever."""

from __future__ import annotations

import base64
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from core.actors import SYSTEM
from core.models import Attachment, PublicLink
from core.services.standing_links import tokens_of
from crm.models import Client
from sales.choices import QuoteStatus
from sales.models import Quote, SalesOrder
from sales.selectors.links import QUOTE
from sales.services.quotes import send_quote
from tests.factories.core import make_branch
from tests.factories.inventory import make_warehouse
from tests.factories.sales import make_deal, make_quote, make_sold_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def quote() -> Quote:
    branch = make_branch()
    make_warehouse(branch=branch)
    item = make_sold_item("100.00", standard_cost="73.19")
    made = make_quote(make_deal(branch=branch), [(item, 3, "5")], valid_until=timezone.localdate() + timedelta(days=9))
    return send_quote(quote_id=made.pk, at=timezone.now(), by=SYSTEM)


def address(quote: Quote) -> str:
    return reverse("sales:quote_public", args=[tokens_of([quote], QUOTE, at=timezone.now())[quote.pk]])


def drawing(size: tuple[int, int] = (60, 20)) -> str:
    out = io.BytesIO()
    Image.new("RGBA", size, (0, 0, 0, 0)).save(out, format="PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def test_it_shows_the_quote_and_no_cost(client, quote):
    page = client.get(address(quote))
    assert page.status_code == 200
    assert "€285.00" in page.text and "€342.00" in page.text and quote.number in page.text
    assert "73.19" not in page.text and "219.57" not in page.text and "Margin" not in page.text
    assert page["Referrer-Policy"] == "same-origin" and page["Cache-Control"] == "private, no-store"


def test_it_speaks_the_clients_language(client, quote):
    Client.objects.filter(pk=quote.legal_entity.client_id).update(language="de")
    assert 'lang="de"' in client.get(address(quote)).text


def test_only_the_hash_of_the_token_is_stored(quote):
    token = tokens_of([quote], QUOTE, at=timezone.now())[quote.pk]
    assert token not in str(list(PublicLink.objects.values_list("token_hash", flat=True)))
    assert len(token) > 40


def test_a_wrong_token_opens_nothing(client, quote):
    answer = client.get(reverse("sales:quote_public", args=["x" * 43]))
    assert answer.status_code == 404 and "opens nothing" in answer.text
    assert client.post(reverse("sales:quote_public", args=["x" * 43]), {"name": "Ada"}).status_code == 404
    assert not SalesOrder.objects.exists()


def test_accepting_makes_one_order_with_the_first_signature(client, quote):
    url = address(quote)
    assert client.post(url, {"name": "", "accept": "1"}).status_code == 422
    for name in ("Ada Kohl", "Somebody Else"):
        assert client.post(url, {"name": name, "signature": drawing(), "accept": "1"}).status_code == 302
    order = SalesOrder.objects.get()
    quote.refresh_from_db()
    assert (quote.status, quote.accepted_by_name) == (QuoteStatus.ACCEPTED, "Ada Kohl")
    signature = Attachment.objects.get(kind="signature")
    assert signature.record_id == quote.pk and signature.content_type == "image/png"
    page = client.get(url).text
    assert "Ada Kohl" in page and order.number in page and "Follow your order" in page
    assert client.post(url, {"reason": "Too late", "refuse": "1"}).status_code == 409
    assert SalesOrder.objects.count() == 1


def test_a_typed_name_suffices(client, quote):
    assert client.post(address(quote), {"name": "Ada", "accept": "1"}).status_code == 302
    assert not Attachment.objects.filter(kind="signature").exists()


@pytest.mark.parametrize(
    "sent", ["javascript:alert(1)", "data:image/png;base64,AAAA", "data:image/svg+xml;base64,AAAA", "x" * 700_000]
)
def test_what_is_no_picture_is_not_kept(client, quote, sent):
    client.post(address(quote), {"name": "Ada", "signature": sent, "accept": "1"})
    assert not Attachment.objects.filter(kind="signature").exists()


def test_refusing_needs_a_reason_and_counts_once(client, quote):
    url = address(quote)
    assert client.post(url, {"reason": " ", "refuse": "1"}).status_code == 422
    for _twice in range(2):
        assert client.post(url, {"reason": "Too dear", "refuse": "1"}).status_code == 302
    quote.refresh_from_db()
    assert quote.status == QuoteStatus.REFUSED
    assert "does not suit you" in client.get(url).text
    assert client.post(url, {"name": "Ada", "accept": "1"}).status_code == 409


def test_an_older_version_leads_to_the_newer_one(client, quote):
    old = address(quote)
    newer = make_quote(quote.deal, [(make_sold_item("90.00"), 3)])
    send_quote(quote_id=newer.pk, at=timezone.now(), by=SYSTEM)
    page = client.get(old).text
    assert "newer version" in page and address(newer) in page
    assert client.post(old, {"name": "Ada", "accept": "1"}).status_code == 409
    assert not SalesOrder.objects.exists()


def test_an_old_quote_says_that_its_time_is_over(client):
    made = make_quote(make_deal(), valid_until=timezone.localdate() - timedelta(days=2))
    sent = send_quote(quote_id=made.pk, at=timezone.now(), by=SYSTEM)
    url = address(sent)
    assert "time of this quote is over" in client.get(url).text
    assert client.post(url, {"name": "Ada", "accept": "1"}).status_code == 409
    assert not SalesOrder.objects.exists()


def test_a_rule_of_the_house_is_not_told_to_strangers(client, quote):
    Client.objects.filter(pk=quote.legal_entity.client_id).update(credit_limit=1)
    answer = client.post(address(quote), {"name": "Ada", "accept": "1"})
    assert answer.status_code == 409 and "Nothing is lost" in answer.text
    assert "credit" not in answer.text.lower()


def test_the_pdf_is_asked_of_a_worker_and_then_given(client, quote):
    url = address(quote) + "paper/"
    assert client.get(url).status_code == 202


def test_the_link_on_the_paper_is_the_same_at_each_call(quote):
    from sales.selectors.papers import quote_sheets

    links = {quote_sheets([quote.pk])[quote.pk].link for _twice in range(2)}
    assert len(links) == 1 and "/sales/q/" in links.pop()
