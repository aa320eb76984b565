"""The inbox: who waits the longest, and what one press does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from crm.choices import LeadStatus
from crm.models import Lead
from crm.services.leads import answer_lead
from sales.models import Deal
from tests.factories.core import make_organization, make_user
from tests.factories.crm import make_lead
from tests.factories.sales import make_pipeline

pytestmark = pytest.mark.django_db
INBOX = "/crm/inbox/"


@pytest.fixture
def seller(client):
    user = make_user("seller")
    client.force_login(user)
    return user


def lead_of(user, minutes: int, **fields) -> Lead:
    return make_lead(owner_id=user.pk, received_at=timezone.now() - timedelta(minutes=minutes), **fields)


def press(client, name: str, lead: Lead, **data):
    return client.post(reverse(f"crm:{name}", args=[lead.pk]), {"next": INBOX, **data})


def test_the_oldest_stands_first_with_its_clock(client, seller):
    lead_of(seller, 12, company="Young")
    lead_of(seller, 300, company="Old")
    answered = lead_of(seller, 500, company="Answered")
    answer_lead(lead_id=answered.pk, at=timezone.now(), kind="mail", by=SYSTEM)
    lead_of(make_user("seller"), 900, company="Foreign")
    text = client.get(INBOX).content.decode()
    assert text.index("Old") < text.index("Young")
    assert "12 min" in text
    assert "5 h" in text
    assert "Answered" not in text
    assert "Foreign" not in text
    part = client.get(INBOX, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'data-live="30"' in part


def test_one_press_answers_and_stops_the_clock_once(client, seller):
    lead = lead_of(seller, 25)
    for _time in range(2):
        assert press(client, "lead_answered", lead, kind="call").url == INBOX
    lead.refresh_from_db()
    assert lead.response_minutes == 25
    assert lead.status == LeadStatus.WORKING
    assert press(client, "lead_answered", lead, kind="form").status_code == 400


def test_take_qualify_and_reject(client, seller):
    make_pipeline()
    make_organization()
    mine, good, bad = (lead_of(seller, 25, company=name, name="Ada Field") for name in ("A", "B", "C"))
    assert press(client, "lead_take", mine).url == INBOX
    assert press(client, "lead_qualify", good, amount="900").url == INBOX
    assert press(client, "lead_reject", bad, reason="No budget").url == INBOX
    for lead, status in ((mine, "working"), (good, "qualified"), (bad, "rejected")):
        lead.refresh_from_db()
        assert lead.status == status
    assert Deal.objects.get().amount == 900


def test_the_inbox_is_for_who_sees_leads(client):
    client.force_login(make_user("storekeeper"))
    assert client.get(INBOX).status_code == 403
    reader = make_user("marketer")
    client.force_login(reader)
    lead = lead_of(make_user("seller"), 5)
    assert "I called" not in client.get(INBOX).content.decode()
    assert press(client, "lead_answered", lead, kind="call").status_code == 403
