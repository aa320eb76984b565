"""Campaigns as people use them: planned, started, ended, costs entered, and who met us through them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from core.actors import SYSTEM
from core.errors import StaleVersion
from crm.models import Source
from marketing.errors import CampaignDatesReversed
from marketing.models import Campaign, CampaignCost
from marketing.services.campaigns import add_campaign_cost, change_campaign, record_touch
from tests.factories.core import make_organization, make_user
from tests.factories.crm import make_client, make_lead, make_source
from tests.marketing.test_campaigns import make_campaign

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def marketer(client):
    user = make_user("marketer")
    client.force_login(user)
    return user


def test_a_campaign_is_planned_with_a_source_of_its_own(client, marketer):
    sent = {
        "name": "Autumn mailing", "code": "AUTUMN26", "budget": "500", "starts_on": "2026-09-01", "channel": "mail",
        "key": "one",
    }  # fmt: skip
    for _time in range(2):
        assert client.post(reverse("marketing:campaign_new"), sent).status_code == 302
    campaign = Campaign.objects.get()
    assert (campaign.source.channel, campaign.source.utm_pattern) == ("mail", "AUTUMN26")
    assert (campaign.budget, campaign.starts_on) == (Decimal("500.00"), date(2026, 9, 1))
    taken = client.post(reverse("marketing:campaign_new"), {**sent, "key": "three"})
    assert taken.status_code == 409
    wrong = client.post(reverse("marketing:campaign_new"), {**sent, "code": "B", "ends_on": "2026-08-01", "key": "two"})
    assert wrong.status_code == 422
    assert "cannot end before it begins" in wrong.text
    changed = client.post(
        reverse("marketing:campaign_edit", args=[campaign.pk]),
        {"name": "Autumn letters", "budget": "600", "starts_on": "2026-09-01", "version": campaign.version},
    )
    assert changed.status_code == 302
    campaign.refresh_from_db()
    assert (campaign.name, campaign.budget, campaign.code) == ("Autumn letters", Decimal("600.00"), "AUTUMN26")


def test_it_is_started_and_finished_and_stays_over(client, marketer):
    campaign = make_campaign()
    card = reverse("marketing:campaign_card", args=[campaign.pk])
    for status, offered in (("running", "Finish"), ("running", "Finish"), ("done", "Edit")):
        client.post(reverse("marketing:campaign_status", args=[campaign.pk, status]))
        campaign.refresh_from_db()
        assert campaign.status == status
        assert offered in client.get(card).text
    back = client.post(reverse("marketing:campaign_status", args=[campaign.pk, "running"]), follow=True)
    assert "is Done" in back.text
    assert client.post(reverse("marketing:campaign_status", args=[campaign.pk, "lost"])).status_code == 404


def test_a_cost_is_entered_once(client, marketer):
    campaign = make_campaign()
    url = reverse("marketing:campaign_cost", args=[campaign.pk])
    sent = {"label": "Posters", "amount": "120.50", "on": "2026-03-01", "key": "k1"}
    assert [client.post(url, sent).status_code for _time in range(2)] == [302, 302]
    assert CampaignCost.objects.get().amount == Decimal("120.50")
    assert client.post(url, {**sent, "amount": "99.00"}).status_code == 409
    assert client.post(url, {**sent, "amount": "", "key": "k2"}).status_code == 422
    nothing = client.post(url, {**sent, "amount": "0", "key": "k3"})
    assert nothing.status_code == 409
    assert "Posters" in nothing.text
    assert "120.50" in client.get(reverse("marketing:campaign_card", args=[campaign.pk])).text


def test_margins_stand_only_where_the_reader_may_see_them(client, marketer):
    campaign = make_campaign()
    card, board = reverse("marketing:campaign_card", args=[campaign.pk]), reverse("marketing:campaign_list")
    for page in (card, board):
        assert "Margin" not in client.get(page).text
    client.force_login(make_user("director"))
    for page in (card, board):
        assert "Margin" in client.get(page).text


def test_clients_and_leads_say_through_what_they_met_us(client):
    campaign, buyer = make_campaign(name="Spring letters"), make_client()
    lead = make_lead(source_id=campaign.source_id)
    record_touch(source_id=campaign.source_id, at=AT, by=SYSTEM, client_id=buyer.pk, kind="visit")
    record_touch(source_id=campaign.source_id, at=AT, by=SYSTEM, lead_id=lead.pk, kind="form")
    client.force_login(make_user("director"))
    for page in (
        reverse("crm:client_card", args=[buyer.pk]), reverse("crm:lead_card", args=[lead.pk]),
    ):  # fmt: skip
        text = client.get(page).text
        assert "Met us through" in text
        assert "Spring letters" in text
    assert "Met us through" not in client.get(reverse("crm:client_card", args=[make_client().pk])).text


@pytest.mark.parametrize("role", ["director", "marketer"])
def test_the_list_costs_the_same_for_many(client, django_assert_max_num_queries, role):
    client.force_login(make_user(role))
    for count in (10, 190):
        sources = Source.objects.bulk_create([Source(code=f"s{count}-{n}", name=f"S{n}") for n in range(count)])
        made = Campaign.objects.bulk_create(
            [Campaign(code=f"C{count}-{n}", name=f"C{n}", source=one) for n, one in enumerate(sources)]
        )
        CampaignCost.objects.bulk_create(
            [CampaignCost(campaign=one, label="Ads", amount=5, spent_on=AT.date()) for one in made]
        )
        with django_assert_max_num_queries(45):
            assert client.get(reverse("marketing:campaign_list"), {"rows": "200"}).status_code == 200


class TestServices:
    def test_changing_twice_changes_once_and_refuses_what_is_wrong(self):
        campaign = make_campaign()
        change_campaign(campaign_id=campaign.pk, changes={"name": "New", "code": "X"}, by=SYSTEM)
        campaign.refresh_from_db()
        again = change_campaign(campaign_id=campaign.pk, changes={"name": "New"}, by=SYSTEM)
        assert (again.name, again.code, again.version) == ("New", "SPRING26", campaign.version)
        with pytest.raises(StaleVersion):
            change_campaign(campaign_id=campaign.pk, changes={"name": "Y"}, by=SYSTEM, version=campaign.version - 1)
        with pytest.raises(CampaignDatesReversed):
            change_campaign(
                campaign_id=campaign.pk, by=SYSTEM,
                changes={"starts_on": date(2026, 2, 1), "ends_on": date(2026, 1, 1)},
            )  # fmt: skip
        add_campaign_cost(campaign_id=campaign.pk, label="A", amount=Decimal(1), on=AT.date(), by=SYSTEM)
        assert make_source() != campaign.source


def test_sums_carry_their_currency(client, marketer):
    make_organization()
    campaign = make_campaign(budget="500")
    add_campaign_cost(campaign_id=campaign.pk, label="Letters", amount=Decimal("1240.50"), on=AT.date(), by=SYSTEM)
    add_campaign_cost(campaign_id=campaign.pk, label="Rebate", amount=Decimal("-40.50"), on=AT.date(), by=SYSTEM)
    listed = client.get(reverse("marketing:campaign_list")).text
    assert "€1,200" in listed
    card = client.get(reverse("marketing:campaign_card", args=[campaign.pk])).text
    for amount in ("€1,200.00", "€500.00", "€1,240.50", "−€40.50", "−€700.00"):
        assert amount in card
    exported = client.get(reverse("marketing:campaign_export"), {"format": "csv"})
    assert "€" not in b"".join(exported).decode()
