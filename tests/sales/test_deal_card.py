"""The card of a deal and what is done on it; the pages of a seller's day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from crm.services.leads import answer_lead
from crm.services.tasks import create_task
from sales.choices import DealStatus, EstimateKind
from sales.models import Deal, DealCompetitor, DealRole, EstimateRequest
from sales.services.deals import add_competitor, change_amount, lose_deal, move_deal, win_without_quote
from sales.services.estimates import CostPart, answer_estimate, request_estimate
from sales.services.leads import qualify_lead
from tests.factories.core import make_organization, make_user
from tests.factories.crm import make_lead, make_person
from tests.factories.inventory import make_item
from tests.factories.sales import NOON, make_deal, make_pipeline, make_sold_item

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def seller(client):
    user = make_user("seller", first_name="Marta")
    client.force_login(user)
    return user


@pytest.fixture
def deal(seller) -> Deal:
    return make_deal(owner=seller, name="Oak kitchen", amount="1800.00", at=timezone.now() - timedelta(days=3))


def url(name: str, *args) -> str:
    return reverse(f"sales:{name}", args=args)


class TestGolden:
    """Steps 1 to 3 and 7 of the main job, as the card tells them."""

    def test_answer_hours_of_each_stage_and_cycle(self, client, seller):
        make_pipeline()
        make_organization()
        came = timezone.now().replace(microsecond=0) - timedelta(days=30)
        lead = make_lead(owner_id=seller.pk, received_at=came, name="Ada Field", company="Bluehaven")
        answer_lead(lead_id=lead.pk, at=came + timedelta(minutes=25), kind="mail", by=seller)
        at = came + timedelta(hours=5.5)
        deal = qualify_lead(lead_id=lead.pk, amount=Decimal("1800.00"), at=at, by=seller)
        for hours, stage in ((19.25, "estimate"), (54.5, "proposal"), (90.5, "negotiation")):
            at += timedelta(hours=hours)
            move_deal(deal_id=deal.pk, stage_code=stage, at=at, by=seller)
            if stage == "estimate":
                text = client.get(url("deal_card", deal.pk)).content.decode()
                assert "€720.00" in text
        win_without_quote(deal_id=deal.pk, reason="Story", at=at + timedelta(hours=49.5), by=SYSTEM)
        text = client.get(url("deal_card", deal.pk)).content.decode()
        for hours in ("19.25 h", "54.50 h", "90.50 h", "49.50 h"):
            assert f'title="{hours}"' in text
        assert "213.75 h" in text
        assert "25 min" in text
        assert "Answered in 25 min" in text


class TestCard:
    def test_it_shows_the_stage_the_thread_and_who_competes(self, client, seller, deal):
        add_competitor(deal_id=deal.pk, name="BuildIn", price=Decimal(1700), note="No panels", by=seller)
        page = client.get(url("deal_card", deal.pk))
        text = page.content.decode()
        assert 'aria-current="step"' in text
        assert "3 d so far" in text
        assert 'id="deal-thread"' in text
        assert 'data-live="20"' in text
        assert "BuildIn" in text
        assert "There is no next step" in text
        part = client.get(url("deal_thread", deal.pk)).content.decode()
        assert 'id="deal-thread"' in part
        assert "<html" not in part

    def test_others_do_not_know_of_it(self, client, deal):
        client.force_login(make_user("seller"))
        for name in ("deal_card", "deal_thread", "deal_win", "deal_lines"):
            assert client.get(url(name, deal.pk)).status_code == 404

    def test_a_click_on_the_bar_moves_once(self, client, deal):
        for _time in range(2):
            answer = client.post(url("deal_move", deal.pk), {"to": "proposal"})
            assert answer.url == url("deal_card", deal.pk)
        deal.refresh_from_db()
        assert (deal.stage.code, deal.stage_changes.count()) == ("proposal", 2)

    def test_losing_asks_why_and_winning_a_quote(self, client, deal):
        assert client.post(url("deal_lose", deal.pk), {"reason": ""}).status_code == 422
        refused = client.get(url("deal_win", deal.pk))
        assert refused.status_code == 409
        assert "Add quote" in refused.content.decode()
        assert client.post(url("deal_lose", deal.pk), {"reason": "price", "key": "k"}).status_code == 302
        deal.refresh_from_db()
        assert deal.status == DealStatus.LOST
        assert "Won" not in [str(act.label) for act in client.get(url("deal_card", deal.pk)).context["acts"]]

    def test_facts_change_in_place(self, client, seller, deal):
        field = reverse("sales:deal_field", args=[deal.pk, "expected_close"])
        assert client.post(field, {"expected_close": "2026-12-24", "version": deal.version}).status_code == 302
        deal.refresh_from_db()
        assert deal.expected_close == date(2026, 12, 24)
        lose_deal(deal_id=deal.pk, reason="price", at=timezone.now(), by=seller)
        answer = client.post(field, {"expected_close": "2027-01-01"}, headers={"HX-Request": "true"})
        assert answer.status_code == 409

    def test_people_and_competitors_come_and_go(self, client, seller, deal):
        person = make_person()
        type(person).objects.filter(pk=person.pk).update(owner=seller)
        sent = {"person": person.pk, "role": "decider", "key": "k"}
        for _time in range(2):
            assert client.post(url("deal_role_new", deal.pk), sent).status_code == 302
        role = DealRole.objects.get()
        assert "Decides" in client.get(url("deal_card", deal.pk)).content.decode()
        client.post(url("deal_role_remove", role.pk))
        assert not DealRole.objects.exists()
        assert client.post(url("deal_competitor_new", deal.pk), {"name": ""}).status_code == 422
        client.post(url("deal_competitor_new", deal.pk), {"name": "BuildIn", "price": "900+50"})
        assert DealCompetitor.objects.get().price == Decimal("950.00")

    def test_lines_are_kept_with_their_prices(self, client, deal):
        item = make_sold_item("100.00")
        page = client.get(url("deal_lines", deal.pk))
        assert page.content.decode().count('name="r') >= 12
        sent = {"rows": "2", "r0-item": item.pk, "r0-qty": "3", "r1-item": item.pk, "r1-qty": ""}
        assert client.post(url("deal_lines", deal.pk), sent).status_code == 422
        assert client.post(url("deal_lines", deal.pk), {**sent, "r1-item": ""}).status_code == 302
        deal.refresh_from_db()
        assert (deal.amount, deal.lines.get().unit_price) == (Decimal("300.00"), Decimal("100.000000"))
        assert 'value="100"' in client.get(url("deal_lines", deal.pk)).text, "as people write it, not 1E+2"

    def test_as_many_statements_for_one_line_as_for_forty(self, client, seller, deal):
        def statements() -> int:
            client.get(url("deal_card", deal.pk))
            with CaptureQueriesContext(connection) as caught:
                client.get(url("deal_card", deal.pk))
            return len(caught)

        create_task(title="Call", assignee_id=seller.pk, links=[deal], due_at=timezone.now(), by=SYSTEM)
        add_competitor(deal_id=deal.pk, name="Rival", by=seller)
        few = statements()
        for number in range(40):
            create_task(title=f"Call {number}", assignee_id=seller.pk, links=[deal], due_at=timezone.now(), by=SYSTEM)
            add_competitor(deal_id=deal.pk, name=f"Rival {number}", by=seller)
            change_amount(deal_id=deal.pk, amount=Decimal(1000 + number), at=timezone.now(), by=seller)
        assert statements() == few
        assert few <= 45


class TestEstimate:
    def test_it_is_asked_once_and_its_cost_is_for_those_who_may_see_it(self, client, seller, deal):
        item = make_item()
        sent = {"rows": "1", "r0-item": item.pk, "r0-qty": "3", "due_on": "2027-01-05", "key": "k"}
        for _time in range(2):
            assert client.post(url("estimate_new", deal.pk), sent).status_code == 302
        request = EstimateRequest.objects.get()
        assert "Asked" in client.get(url("deal_card", deal.pk)).content.decode()
        answer_estimate(
            request_id=request.pk, costs=[CostPart(item.pk, EstimateKind.MATERIAL, Decimal("784.63"), code="ALU-P")],
            lead_days=12, remark="", at=timezone.now(), by=SYSTEM,
        )  # fmt: skip
        text = client.get(url("deal_card", deal.pk)).content.decode()
        assert "€784.63" in text
        assert "12 working days" in text
        client.force_login(make_user("marketer"))
        assert "784.63" not in client.get(url("deal_card", deal.pk)).content.decode()

    def test_nothing_to_ask_about_is_refused(self, client, deal):
        assert client.post(url("estimate_new", deal.pk), {"rows": "1"}).status_code == 409


def test_asking_the_same_estimate_again_is_one_question(deal, seller):
    item = make_item()
    first = request_estimate(deal_id=deal.pk, lines=[(item.pk, Decimal(1))], at=NOON, by=seller)
    assert request_estimate(deal_id=deal.pk, lines=[(item.pk, Decimal(1))], at=NOON, by=seller) == first
