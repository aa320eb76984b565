"""The board of deals: its columns in figures, what a move does, what a refusal says and offers."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.actors import SYSTEM
from crm.models import Task
from crm.services.tasks import create_task
from sales.choices import DealStatus, StageCategory
from sales.models import Deal, Pipeline, Stage
from sales.services.pipelines import DutyDraft, StageDraft
from sales.services.quotes import send_quote
from tests.factories.core import make_team, make_user
from tests.factories.crm import make_legal_entity
from tests.factories.inventory import make_warehouse
from tests.factories.sales import make_deal, make_pipeline, make_quote

pytestmark = pytest.mark.django_db

BOARD = "/sales/deals/board/"
PART = {"HX-Request": "true"}
SHORT = (
    StageDraft("one", "One", 10, max_days=3, duties=(DutyDraft("Measure", 24, True),)),
    StageDraft("two", "Two", 50),
    StageDraft("won", "Won", 100, StageCategory.WON),
    StageDraft("lost", "Lost", 0, StageCategory.LOST),
)


@pytest.fixture
def seller(client):
    user = make_user("seller", first_name="Marta")
    client.force_login(user)
    return user


@pytest.fixture
def entity(seller):
    return make_legal_entity()


def deal_of(user, **fields) -> Deal:
    fields.setdefault("at", timezone.now() - timedelta(days=2))
    return make_deal(owner=user, **fields)


def plan(deal: Deal, hours: float, title: str = "Call") -> Task:
    due = timezone.now() + timedelta(hours=hours)
    return create_task(title=title, due_at=due, assignee_id=deal.owner_id, links=[deal], by=SYSTEM)


def move(client, deal, to, *, part=True, version=None, address=BOARD, **more):
    data = {"record": deal.pk, "to": to, "version": version or deal.version, **more}
    return client.post(address, data, headers=PART if part else {})


def column(page, key):
    return next(shown for shown in page.context["shown"] if shown.column.key == key)


def stands(deal: Deal) -> str:
    return Deal.objects.values_list("stage__code", flat=True).get(pk=deal.pk)


class TestShowing:
    def test_a_column_counts_sums_weighs_and_tells_how_its_next_steps_stand(self, client, seller, entity):
        late, planned, _bare = (deal_of(seller, entity=entity, amount=1000 * n) for n in (1, 2, 3))
        plan(late, -30)
        plan(planned, 30)
        page = client.get(BOARD)
        shown = column(page, "qualified")
        assert (shown.count, shown.total, shown.weight) == (3, Decimal(6000), Decimal("1500.00"))
        assert (shown.health.planned, shown.health.late, shown.health.missing) == (1, 1, 1)
        assert [card.amount for card in shown.cards] == [Decimal(1000), Decimal(3000), Decimal(2000)]
        text = page.content.decode()
        assert "€1,500 at 25%" in text
        assert "2 d, no next step" in text
        assert re.search(r"\d d late<", text), "how late is said where the words are cut"

    def test_the_weighted_value_of_the_main_job(self, client, seller, entity):
        deal_of(seller, entity=entity, amount="1800.00", stage_code="estimate")
        page = client.get(BOARD)
        assert column(page, "estimate").weight == Decimal("720.00")
        assert "€720 at 40%" in page.content.decode()

    def test_more_than_twenty_cards_wait_for_a_press(self, client, seller, entity):
        for _number in range(23):
            deal_of(seller, entity=entity)
        text = client.get(BOARD).content.decode()
        assert "Show 3 more" in text
        part = client.get(BOARD, {"column": "qualified", "show-qualified": "40"}, headers=PART).content.decode()
        assert part.count('id="card-') == 23
        assert "<html" not in part

    def test_a_deal_too_long_in_its_stage_is_marked(self, client, seller, entity):
        make_pipeline(SHORT, code="short", is_default=False)
        old = deal_of(seller, entity=entity, pipeline_code="short", at=timezone.now() - timedelta(days=5))
        assert "5 d in this stage, 3 at most" in client.get(BOARD, {"pipeline": "short"}).content.decode()
        assert old.name not in client.get(BOARD).content.decode()

    def test_others_deals_are_the_teams_alone(self, client, seller, entity):
        mate, stranger = make_user("seller"), make_user("seller")
        head = make_user("head_of_sales")
        make_team(head, mate)
        ours, foreign = deal_of(mate, entity=entity), deal_of(stranger, entity=entity)
        client.force_login(head)
        text = client.get(BOARD).content.decode()
        assert ours.name in text
        assert foreign.name not in text
        client.force_login(make_user("storekeeper"))
        assert client.get(BOARD).status_code == 403

    def test_tabs_narrow_and_count(self, client, seller, entity):
        bare, busy = deal_of(seller, entity=entity, name="Bare"), deal_of(seller, entity=entity, name="Busy")
        plan(busy, 30)
        page = client.get(BOARD, {"tab": "attention"})
        assert [count for _tab, count, _url in page.context["tabs"]] == [2, 2, 0, 1]
        assert bare.name in page.content.decode()
        assert column(page, "qualified").count == 1
        assert column(client.get(BOARD, {"q": "busy"}), "qualified").count == 1

    def test_a_colleagues_task_shows_no_words_to_who_may_not_see_tasks(self, client, seller, entity):
        plan(deal_of(seller, entity=entity), 30, title="Secret plan")
        client.force_login(make_user("marketer"))
        text = client.get(BOARD).content.decode()
        assert "Secret plan" not in text
        assert "Planned" in text

    def test_as_many_statements_for_ten_as_for_many(self, client, seller, entity):
        def statements() -> int:
            client.get(BOARD)
            with CaptureQueriesContext(
                connection,
            ) as caught:
                client.get(BOARD)
            return len(caught)

        deals = [deal_of(seller, entity=entity) for _number in range(10)]
        few = statements()
        first = deals[0]
        Deal.objects.bulk_create(
            Deal(
                name=f"Many {n}", organization_id=first.organization_id, client_id=first.client_id, owner=seller,
                pipeline_id=first.pipeline_id, stage_id=first.stage_id, currency_id=first.currency_id, probability=25,
                amount=100, opened_at=first.opened_at,
            )
            for n in range(990)
        )  # fmt: skip
        assert statements() == few
        assert few <= 9

    def test_pipelines_and_stages_are_read_again_after_a_change_only(self, client, seller, entity):
        deal_of(seller, entity=entity)
        client.get(BOARD)
        with CaptureQueriesContext(connection) as asked:
            client.get(BOARD)
        assert not [one["sql"] for one in asked if one["sql"].startswith(('SELECT "sales_pip', 'SELECT "sales_stage"'))]
        Stage.objects.filter(code="qualified").update(name="Worth a visit")
        assert "Worth a visit" in client.get(BOARD).content.decode()
        Pipeline.objects.create(code="big", name="Big ones")
        assert "Big ones" in client.get(BOARD).content.decode()


class TestMoving:
    def test_a_move_brings_the_card_both_heads_and_the_way_back(self, client, seller, entity):
        deal = deal_of(seller, entity=entity, amount=1000)
        answer = move(client, deal, "proposal")
        text = answer.content.decode()
        assert answer.status_code == 200
        assert stands(deal) == "proposal"
        for part in (f'id="card-{deal.pk}"', 'id="head-qualified"', 'id="head-proposal"', "€600 at 60%"):
            assert part in text
        assert 'name="to" value="qualified"' in text

    def test_open_duties_hold_it_and_lead_to_the_checklist(self, client, seller, entity):
        make_pipeline(SHORT, code="short", is_default=False)
        deal = deal_of(seller, entity=entity, pipeline_code="short")
        answer = move(client, deal, "two", address=f"{BOARD}?pipeline=short")
        text = answer.content.decode()
        assert answer.status_code == 409
        assert stands(deal) == "one"
        assert "Measure" in text
        assert f'href="/sales/deals/{deal.pk}/#checklist"' in text

    def test_a_stale_card_stays(self, client, seller, entity):
        deal = deal_of(seller, entity=entity)
        assert move(client, deal, "proposal", version=deal.version + 3).status_code == 409
        assert stands(deal) == "qualified"

    def test_losing_asks_why(self, client, seller, entity):
        deal = deal_of(seller, entity=entity)
        assert "Why was it lost?" in client.get(BOARD, {"move": deal.pk, "to": "lost"}, headers=PART).content.decode()
        assert move(client, deal, "lost").status_code == 422
        assert move(client, deal, "lost", reason="price", note="10 % less").status_code == 200
        deal.refresh_from_db()
        assert (deal.status, deal.lost_reason, deal.lost_note) == (DealStatus.LOST, "price", "10 % less")

    def test_winning_needs_a_sent_quote_and_offers_to_write_one(self, client, seller, entity):
        deal = deal_of(seller, entity=entity)
        answer = client.get(BOARD, {"move": deal.pk, "to": "won"}, headers=PART)
        assert answer.status_code == 409
        assert "stayed where it was" in answer.content.decode()
        assert f"/sales/deals/{deal.pk}/quote/" in answer.content.decode()
        assert move(client, deal, "won", reason="I want").status_code == 409
        assert stands(deal) == "qualified"

    def test_a_sent_quote_is_accepted_by_the_move(self, client, seller, entity):
        deal = deal_of(seller, entity=entity)
        make_warehouse(branch=deal.branch)
        send_quote(quote_id=make_quote(deal, at=timezone.now()).pk, at=timezone.now(), by=SYSTEM)
        deal.refresh_from_db()
        assert "Who said yes?" in client.get(BOARD, {"move": deal.pk, "to": "won"}, headers=PART).content.decode()
        assert move(client, deal, "won", accepted_by_name="Karin").status_code == 200
        deal.refresh_from_db()
        assert deal.status == DealStatus.WON
        assert deal.orders.count() == 1
        assert move(client, deal, "won", accepted_by_name="Karin").status_code == 200
        assert deal.orders.count() == 1

    def test_a_head_of_sales_writes_down_why(self, client, seller, entity):
        deal, head = deal_of(seller, entity=entity), make_user("head_of_sales")
        make_team(head, seller)
        client.force_login(head)
        assert move(client, deal, "won", reason="Signed on paper").status_code == 200
        deal.refresh_from_db()
        assert (deal.status, deal.won_without_quote) == (DealStatus.WON, "Signed on paper")

    def test_a_foreign_card_is_unknown_and_one_may_only_look(self, client, seller, entity):
        foreign = deal_of(make_user("seller"), entity=entity)
        assert move(client, foreign, "proposal").status_code == 404
        client.force_login(make_user("marketer"))
        assert move(client, foreign, "proposal").status_code == 403
        assert stands(foreign) == "qualified"

    def test_without_scripts_the_board_comes_again(self, client, seller, entity):
        deal = deal_of(seller, entity=entity)
        assert move(client, deal, "proposal", part=False).status_code == 302
        assert "Proposal" in client.get(BOARD, {"move": deal.pk}).content.decode()
