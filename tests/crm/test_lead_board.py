"""The board of leads: what it shows, what a move does, what a refusal leaves as it was."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from core.actors import SYSTEM
from crm.choices import LeadStatus
from crm.models import Lead
from crm.services.leads import answer_lead, reject_lead, release_lead, reopen_lead, take_lead
from tests.factories.core import make_branch, make_user
from tests.factories.crm import make_lead

pytestmark = pytest.mark.django_db

BOARD = "/crm/leads/board/"
PART = {"HX-Request": "true"}


@pytest.fixture
def seller(client):
    user = make_user("seller", first_name="Marta")
    client.force_login(user)
    return user


def lead_of(user, **fields) -> Lead:
    fields.setdefault("received_at", timezone.now() - timedelta(hours=2))
    return make_lead(owner_id=user.pk, **fields)


def move(client, lead, to, *, part=True, version=None, **more):
    data = {"record": lead.pk, "to": to, "version": version or lead.version, **more}
    return client.post(BOARD, data, headers=PART if part else {})


def stands(lead) -> str:
    return Lead.objects.values_list("status", flat=True).get(pk=lead.pk)


class TestShowing:
    def test_each_column_counts_and_sums_all_and_shows_the_newest_twenty(self, client, seller):
        for number in range(23):
            lead_of(seller, budget=Decimal(100), received_at=timezone.now() - timedelta(minutes=number))
        page = client.get(BOARD)
        new = page.context["shown"][0]
        assert (new.count, new.total, len(new.cards), new.left) == (23, Decimal(2300), 20, 3)
        assert "Show 3 more" in page.content.decode()

    def test_more_cards_of_one_column_come_alone(self, client, seller):
        for _number in range(23):
            lead_of(seller)
        part = client.get(BOARD, {"column": "new", "show-new": "40"}, headers=PART).content.decode()
        assert part.count('class="dcard"') == 23
        assert "<html" not in part
        assert "col-working" not in part

    def test_the_leads_of_others_are_not_on_it(self, client, seller):
        lead_of(make_user("seller"), company="Foreign Ltd")
        assert "Foreign Ltd" not in client.get(BOARD).content.decode()

    def test_it_can_be_narrowed_to_a_word(self, client, seller):
        lead_of(seller, company="Hotel Miramar")
        lead_of(seller, company="Vela Optics")
        page = client.get(BOARD, {"q": "mira"}).content.decode()
        assert "Hotel Miramar" in page
        assert "Vela Optics" not in page

    def test_what_was_closed_long_ago_has_left_it(self, client, seller):
        lead = lead_of(seller, received_at=timezone.now() - timedelta(days=90))
        reject_lead(lead_id=lead.pk, reason="No budget", at=timezone.now() - timedelta(days=31), by=SYSTEM)
        assert client.get(BOARD).context["shown"][3].count == 0

    @pytest.mark.parametrize("leads", [10, 120])
    def test_it_costs_the_same_however_full_it_is(self, client, seller, leads, django_assert_max_num_queries):
        for _number in range(leads):
            lead_of(seller)
        client.get(BOARD)
        with django_assert_max_num_queries(4 + 6 + 2):  # his rights; the frame; heads and cards
            client.get(BOARD)

    def test_nobody_without_the_right_opens_it(self, client):
        client.force_login(make_user("storekeeper"))
        assert client.get(BOARD).status_code == 403


class TestMoving:
    def test_the_answer_brings_the_card_and_both_heads(self, client, seller):
        lead = lead_of(seller, budget=Decimal(500))
        answer = move(client, lead, "working")
        text = answer.content.decode()
        assert answer.status_code == 200
        assert stands(lead) == LeadStatus.WORKING
        assert all(part in text for part in (f'id="card-{lead.pk}"', 'id="head-new"', 'id="head-working"'))
        assert "head-rejected" not in text
        assert "moved to Working" in text

    def test_a_move_can_be_taken_back_while_nobody_answered(self, client, seller):
        lead = lead_of(seller)
        answer = move(client, lead, "working").content.decode()
        assert "data-undo" in answer
        lead.refresh_from_db()
        assert move(client, lead, "new").status_code == 200
        assert stands(lead) == LeadStatus.NEW

    def test_an_answered_lead_is_no_longer_new(self, client, seller):
        lead = lead_of(seller)
        answer_lead(lead_id=lead.pk, at=timezone.now(), kind="mail", subject="Hello", by=SYSTEM)
        lead.refresh_from_db()
        answer = move(client, lead, "new")
        assert answer.status_code == 409
        assert "stayed where it was" in answer.content.decode()
        assert stands(lead) == LeadStatus.WORKING

    def test_rejecting_asks_the_reason_first(self, client, seller):
        lead = lead_of(seller)
        asked = client.get(BOARD, {"move": lead.pk, "to": "rejected"}, headers=PART)
        assert "Why does it come to nothing?" in asked.content.decode()
        assert move(client, lead, "rejected").status_code == 422
        assert stands(lead) == LeadStatus.NEW
        assert move(client, lead, "rejected", reason="No budget").status_code == 200
        lead.refresh_from_db()
        assert (lead.status, lead.reject_reason) == (LeadStatus.REJECTED, "No budget")

    def test_a_rejected_lead_comes_back_without_its_reason(self, client, seller):
        lead = lead_of(seller)
        move(client, lead, "rejected", reason="No budget")
        lead.refresh_from_db()
        assert move(client, lead, "working").status_code == 200
        lead.refresh_from_db()
        assert (lead.status, lead.reject_reason, lead.closed_at) == (LeadStatus.WORKING, "", None)

    def test_qualifying_makes_a_deal_of_it(self, client, seller):
        from sales.models import Deal
        from tests.factories.sales import make_pipeline

        make_pipeline()
        make_branch()
        lead = lead_of(seller)
        assert move(client, lead, "qualified", amount="1200").status_code == 200
        assert stands(lead) == LeadStatus.QUALIFIED
        assert Deal.objects.get(lead=lead).amount == Decimal(1200)
        lead.refresh_from_db()
        assert move(client, lead, "working").status_code == 409

    def test_a_card_drawn_from_an_old_version_stays(self, client, seller):
        lead = lead_of(seller)
        take_lead(lead_id=lead.pk, at=timezone.now(), by=SYSTEM)
        answer = move(client, lead, "rejected", version=1, reason="No budget")
        assert answer.status_code == 409
        assert "changed this record meanwhile" in answer.content.decode()
        assert stands(lead) == LeadStatus.WORKING

    def test_the_lead_of_somebody_else_is_not_there(self, client, seller):
        lead = lead_of(make_user("seller"))
        assert move(client, lead, "working").status_code == 404
        assert client.get(BOARD, {"move": lead.pk}).status_code == 404
        assert stands(lead) == LeadStatus.NEW

    def test_who_may_only_look_cannot_move(self, client):
        client.force_login(make_user("marketer"))
        lead = make_lead()
        assert "data-movable" not in client.get(BOARD).content.decode()
        assert client.get(BOARD, {"move": lead.pk}, headers=PART).status_code == 403
        assert move(client, lead, "working").status_code == 403
        assert stands(lead) == LeadStatus.NEW

    def test_without_scripts_a_form_moves_and_leads_back(self, client, seller):
        lead = lead_of(seller)
        page = client.get(BOARD, {"move": lead.pk}).content.decode()
        assert "<html" in page
        assert 'value="working"' in page
        answer = move(client, lead, "working", part=False)
        assert (answer.status_code, answer.url) == (302, BOARD)
        assert "moved to Working" in client.get(BOARD).content.decode()

    def test_a_column_nobody_knows_takes_no_card(self, client, seller):
        assert move(client, lead_of(seller), "elsewhere").status_code == 409


class TestQuickAdd:
    def test_a_lead_typed_into_the_board_is_the_writers_own(self, client, seller):
        answer = client.post(BOARD, {"add": "new", "add-name": "Ines Ferreira"}, headers=PART)
        lead = Lead.objects.get(name="Ines Ferreira")
        assert lead.owner == seller
        assert f'id="card-{lead.pk}"' in answer.content.decode()

    def test_what_is_missing_is_said_beside_the_field(self, client, seller):
        answer = client.post(BOARD, {"add": "new", "add-company": "Café Morgen"}, headers=PART)
        assert answer.status_code == 422
        assert "Café Morgen" in answer.content.decode()
        assert not Lead.objects.exists()

    def test_the_form_comes_alone_or_on_its_own_page_and_only_where_leads_come_in(self, client, seller):
        part = client.get(BOARD, {"add": "new"}, headers=PART).content.decode()
        assert 'name="add-name"' in part
        assert "<html" not in part
        assert "<html" in client.get(BOARD, {"add": "new"}).content.decode()
        assert client.get(BOARD, {"add": "rejected"}, headers=PART).status_code == 409
        assert client.post(BOARD, {"add": "rejected", "add-name": "Ines"}, headers=PART).status_code == 409
        assert not Lead.objects.exists()

    def test_who_may_not_enter_leads_cannot_add_one(self, client):
        client.force_login(make_user("director"))
        assert client.post(BOARD, {"add": "new", "add-name": "Ines"}, headers=PART).status_code == 403


class TestServices:
    def test_taking_twice_changes_nothing_and_names_an_owner_once(self):
        user = make_user("administrator")
        lead = make_lead()
        taken = take_lead(lead_id=lead.pk, at=timezone.now(), by=user)
        assert taken.owner == user
        again = take_lead(lead_id=lead.pk, at=timezone.now(), by=SYSTEM)
        assert (again.version, again.owner) == (taken.version, user)

    def test_releasing_and_reopening_twice_change_nothing(self):
        lead = make_lead()
        assert release_lead(lead_id=lead.pk, at=timezone.now(), by=SYSTEM).version == lead.version
        assert reopen_lead(lead_id=lead.pk, at=timezone.now(), by=SYSTEM).version == lead.version
