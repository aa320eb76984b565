from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, transaction

from core.actors import SYSTEM
from core.errors import KeyReused, NotAllowed
from core.models import StatusChange
from crm.choices import LeadStatus
from marketing.choices import CampaignStatus, TouchKind
from marketing.errors import (
    CampaignCodeTaken,
    CampaignDatesReversed,
    CampaignOver,
    NoAmount,
    NobodyTouched,
    SourceHasCampaign,
)
from marketing.handlers import note_first_touch
from marketing.models import Campaign, CampaignCost, Touch
from marketing.selectors.campaigns import campaign_cost, campaigns_visible_to, harvest
from marketing.services.campaigns import add_campaign_cost, create_campaign, record_touch, set_campaign_status
from sales.services.deals import lose_deal, win_without_quote
from sales.services.leads import qualify_lead
from tests.factories.core import make_branch, make_user
from tests.factories.crm import make_client, make_lead, make_source
from tests.factories.sales import make_deal, make_pipeline

pytestmark = pytest.mark.django_db

D = Decimal
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SPENT = date(2026, 3, 1)


def make_campaign(**fields) -> Campaign:
    fields.setdefault("source_id", make_source(utm_pattern="spring26").pk)
    return create_campaign(**{"code": "SPRING26", "name": "Spring", "by": SYSTEM, **fields})


def cost(campaign, amount="300.00", **fields) -> CampaignCost:
    wish = {"campaign_id": campaign.pk, "label": "Ads", "amount": D(amount), "on": SPENT, "by": SYSTEM}
    return add_campaign_cost(**{**wish, **fields})


class TestMainJob:
    def test_spring26_two_leads_one_new_client(self):
        make_pipeline()
        make_branch()
        campaign = make_campaign()
        cost(campaign)
        leads = [make_lead(source_id=campaign.source_id) for _ in range(2)]
        make_lead()
        won, lost = (qualify_lead(lead_id=lead.pk, amount=D("100.00"), at=AT, by=SYSTEM) for lead in leads)
        win_without_quote(deal_id=won.pk, reason="call-off", at=AT, by=SYSTEM)
        lose_deal(deal_id=lost.pk, reason="price", at=AT, by=SYSTEM)
        result = harvest(campaign.pk, date(2026, 3, 31))
        assert (result.leads, result.qualified, result.new_clients, result.cost) == (2, 2, 1, D("300.00"))
        assert (result.cost_per_lead, result.cost_per_client) == (D("150.00"), D("300.00"))
        early = harvest(campaign.pk, date(2026, 2, 28))
        assert (early.leads, early.new_clients, early.cost, early.cost_per_lead) == (0, 0, D(0), None)

    def test_an_old_clients_deal_wins_no_new_client(self):
        campaign, client = make_campaign(), make_client()
        from tests.factories.crm import make_legal_entity

        entity = make_legal_entity(client)
        first, second = (make_deal(entity=entity, source_id=source) for source in (None, campaign.source_id))
        for deal, day in ((first, 3), (second, 4)):
            win_without_quote(deal_id=deal.pk, reason="call-off", at=AT.replace(day=day), by=SYSTEM)
        assert harvest(campaign.pk).new_clients == 0


class TestCampaign:
    def test_creating_twice_is_once(self):
        campaign = make_campaign()
        assert make_campaign(source_id=campaign.source_id) == campaign

    def test_refusals(self):
        campaign = make_campaign()
        for error, fields in (
            (CampaignCodeTaken, {"source_id": make_source().pk}),
            (SourceHasCampaign, {"code": "OTHER", "source_id": campaign.source_id}),
            (CampaignDatesReversed, {"code": "C", "starts_on": date(2026, 2, 1), "ends_on": date(2026, 1, 1)}),
            (NotAllowed, {"code": "D", "by": make_user("seller")}),
        ):
            with pytest.raises(error):
                make_campaign(**fields)
        assert Campaign.objects.count() == 1

    def test_it_runs_and_ends_and_stays_over(self):
        campaign = make_campaign()
        for status in (CampaignStatus.RUNNING, CampaignStatus.RUNNING, CampaignStatus.DONE):
            set_campaign_status(campaign_id=campaign.pk, status=status, at=AT, by=SYSTEM)
        with pytest.raises(CampaignOver):
            set_campaign_status(campaign_id=campaign.pk, status=CampaignStatus.RUNNING, at=AT, by=SYSTEM)
        with pytest.raises(NotAllowed):
            set_campaign_status(campaign_id=campaign.pk, status="done", at=AT, by=make_user("seller"))
        assert StatusChange.objects.filter(record_id=campaign.pk, record_type__model="campaign").count() == 2

    def test_the_database_guards(self):
        campaign = make_campaign()
        for wrong in ({"budget": -1}, {"starts_on": date(2026, 2, 1), "ends_on": date(2026, 1, 1)}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Campaign.objects.filter(pk=campaign.pk).update(**wrong)


class TestCost:
    def test_costs_and_their_corrections_add_up(self):
        campaign = make_campaign()
        cost(campaign)
        cost(campaign, "-20.50", on=date(2026, 4, 1))
        assert (campaign_cost(campaign.pk, SPENT), campaign_cost(campaign.pk)) == (D("300.00"), D("279.50"))
        make_campaign(code="EMPTY", source_id=make_source().pk)
        spent = campaigns_visible_to(make_user("marketer")).values_list("code", "spent")
        assert dict(spent) == {"SPRING26": D("279.50"), "EMPTY": D("0.00")}
        assert not campaigns_visible_to(make_user("operator")).exists()

    def test_the_same_key_returns_the_first_cost(self):
        campaign = make_campaign()
        assert cost(campaign, source_key="bill-1") == cost(campaign, source_key="bill-1")
        with pytest.raises(KeyReused):
            cost(campaign, "1.00", source_key="bill-1")
        assert CampaignCost.objects.count() == 1

    def test_refusals_and_guards(self):
        campaign = make_campaign()
        for error, fields in (
            (NoAmount, {"amount": D(0)}),
            (NoAmount, {"amount": D("0.001")}),
            (NotAllowed, {"by": make_user("seller")}),
        ):
            with pytest.raises(error):
                cost(campaign, **fields)
        assert not CampaignCost.objects.exists()
        row = cost(campaign)
        for change in (lambda: CampaignCost.objects.update(amount=1), lambda: row.delete()):
            with pytest.raises(InternalError), transaction.atomic():
                change()
        with pytest.raises(IntegrityError), transaction.atomic():
            CampaignCost.objects.create(campaign=campaign, label="x", amount=0, spent_on=SPENT)


class TestTouch:
    def test_a_lead_touches_its_source_once(self, django_capture_on_commit_callbacks):
        campaign = make_campaign()
        with django_capture_on_commit_callbacks(execute=True):
            lead = make_lead(utm={"campaign": "spring26"})
            make_lead()
        touch = Touch.objects.get()
        assert (touch.lead, touch.campaign, touch.kind, touch.at) == (lead, campaign, TouchKind.FORM, lead.received_at)
        from crm.events import LeadReceived

        note_first_touch(LeadReceived(lead_id=lead.pk))
        assert Touch.objects.count() == 1
        assert lead.status == LeadStatus.NEW

    def test_a_client_may_be_touched_more_than_once(self):
        campaign, client = make_campaign(), make_client()
        wish = {"source_id": campaign.source_id, "at": AT, "by": SYSTEM, "client_id": client.pk, "kind": "visit"}
        assert record_touch(**wish) != record_touch(**wish)
        assert record_touch(**wish, key="fair") == record_touch(**wish, key="fair")
        assert Touch.objects.count() == 3

    def test_refusals_and_guards(self):
        source = make_source()
        with pytest.raises(NobodyTouched):
            record_touch(source_id=source.pk, at=AT, by=SYSTEM)
        with pytest.raises(NotAllowed):
            record_touch(source_id=source.pk, at=AT, by=make_user("seller"), client_id=make_client().pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            Touch.objects.create(source=source, at=AT)
        record_touch(source_id=source.pk, at=AT, by=SYSTEM, client_id=make_client().pk)
        with pytest.raises(InternalError), transaction.atomic():
            Touch.objects.update(kind="call")
