"""Sending a quote on the screen: refused with its reason, mailed once, answered by the client."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from core.models import Job, OutboxMessage
from crm.services.persons import add_contact_point
from sales.choices import ApprovalStatus, QuoteStatus
from sales.models import Approval, Quote
from sales.services.quotes import send_quote
from tests.factories.core import make_team, make_user
from tests.factories.sales import make_deal, make_policy, make_quote, make_sold_item
from tests.sales.quote_pages import new

pytestmark = pytest.mark.django_db


def test_sending_is_refused_before_the_approval_and_says_why(client, deal, seller):
    head = make_user("head_of_sales")
    make_policy("head_of_sales", 15)
    make_team(seller, head, leader=head)
    quote = make_quote(deal, [(make_sold_item("100.00"), 1, "7.5")])
    url = reverse("sales:quote_send", args=[quote.pk])
    letter = {"to": "", "other": "", "subject": "Quote", "text": "Here it is", "stage": ""}
    refused = client.post(url, letter)
    assert refused.status_code == 409 and "needs an approval; your limit is 5" in refused.text
    assert reverse("sales:quote_ask", args=[quote.pk]) in refused.text
    assert client.post(reverse("sales:quote_ask", args=[quote.pk]), {"reason": ""}).status_code == 422
    for _twice in range(2):
        client.post(reverse("sales:quote_ask", args=[quote.pk]), {"reason": "A large client"})
    approval = Approval.objects.get()
    assert (approval.reason, approval.status) == ("A large client", ApprovalStatus.ASKED)

    client.force_login(head)
    listed = client.get(reverse("sales:approval_list")).text
    assert "A large client" in listed
    decide = reverse("sales:approval_decide", args=[approval.pk])
    page = client.get(decide).text
    assert "Margin at list price" in page and "7.5" in page
    assert client.post(decide, {"decision": "refused", "remark": ""}).status_code == 422
    assert client.post(decide, {"decision": "granted", "remark": "Fine"}).status_code == 302
    assert client.post(decide, {"decision": "refused", "remark": "No"}).status_code == 409

    client.force_login(seller)
    assert client.post(url, letter).status_code == 302
    quote.refresh_from_db()
    assert quote.status == QuoteStatus.SENT


def test_the_clients_address_is_chosen_and_sending_without_a_mail_is_a_choice(client, deal):
    url = reverse("sales:quote_send", args=[make_quote(deal).pk])
    assert client.get(url).context["form"]["to"].value() == ""
    add_contact_point(client_id=deal.client_id, kind="email", value="office@client.example", by=SYSTEM)
    assert '<option value="office@client.example" selected>' in client.get(url).text


def test_a_sent_quote_is_mailed_once_with_its_pdf_and_link(client, deal, monkeypatch):
    from core.models import Attachment
    from core.services.records import type_of
    from sales.services import mailing

    quote = make_quote(deal)
    paper = Attachment(record_type=type_of(Quote), record_id=quote.pk, kind="paper", name="q.pdf", sha256="0" * 64)
    paper.size, paper.content_type = 3, "application/pdf"
    paper.save()
    monkeypatch.setattr(mailing, "paper_for_mail", lambda **_asked: paper)
    url = reverse("sales:quote_send", args=[quote.pk])
    letter = {
        "other": "ada@example.com",
        "subject": "Your quote",
        "text": "Good day",
        "key": "one",
        "stage": "proposal",
    }
    for _twice in range(2):
        assert client.post(url, letter).status_code == 302
    job = Job.objects.get(kind=mailing.MAIL)
    for _again in range(2):
        mailing.mail_quote(SimpleNamespace(params=job.params, by=job.by, job=job, finish=lambda said: None))
    mail = OutboxMessage.objects.get()
    assert (mail.recipient, mail.payload["attachments"]) == ("ada@example.com", [paper.pk])
    assert "/sales/q/" in mail.payload["text"]
    deal.refresh_from_db()
    assert deal.stage.code == "proposal"


def test_the_clients_yes_on_the_phone_makes_one_order(client, deal):
    quote = make_quote(deal)
    send_quote(quote_id=quote.pk, at=timezone.now(), by=SYSTEM)
    url = reverse("sales:quote_accept", args=[quote.pk])
    assert client.post(url, {"accepted_by_name": ""}).status_code == 422
    first = client.post(url, {"accepted_by_name": "Ada"})
    again = client.post(url, {"accepted_by_name": "Ada"})
    quote.refresh_from_db()
    assert first.url == again.url == reverse("sales:order_card", args=[quote.order.pk])
    assert client.post(reverse("sales:quote_refuse", args=[quote.pk]), {"reason": "x"}).status_code == 409


def test_foreign_quotes_are_unknown(client, deal):
    foreign = make_quote(make_deal(owner=make_user("seller")))
    for page in ("card", "edit_lines", "send", "ask", "accept", "refuse", "delivery"):
        assert client.get(reverse(f"sales:quote_{page}", args=[foreign.pk])).status_code == 404
    assert client.get(new(foreign.deal)).status_code == 404
