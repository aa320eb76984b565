"""What is done with a whole column of the board of deals: a deal is added to it, it is ordered, folded, listed."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.utils import timezone

from crm.models import Client
from sales.models import Deal
from tests.factories.core import make_organization, make_user
from tests.factories.crm import make_legal_entity
from tests.factories.sales import make_deal, make_pipeline

pytestmark = pytest.mark.django_db

BOARD, FORECAST = "/sales/deals/board/", "/sales/deals/forecast/"
PART = {"HX-Request": "true"}


@pytest.fixture
def seller(client):
    make_pipeline()
    make_organization()
    user = make_user("seller", first_name="Marta")
    client.force_login(user)
    return user


def typed(column="qualified", *, name="Bar", said="Café Morgen", amount="1200*2", **more):
    return {"add": column, "add-name": name, "add-client": said, "add-amount": amount, **more}


def column(page, key):
    return next(shown for shown in page.context["shown"] if shown.column.key == key)


def menu(page, key) -> dict[str, str]:
    return {str(one.label): one.address for group in column(page, key).menu for one in group.entries}


def names(page, key) -> list[str]:
    return [card.name for card in column(page, key).cards]


class TestAdding:
    def test_three_words_make_a_deal_once(self, client, seller):
        for _time in range(2):
            answer = client.post(BOARD, typed(key="k1"), headers=PART)
            assert answer.status_code == 200
        deal = Deal.objects.get()
        assert (deal.name, deal.amount, deal.owner) == ("Bar", Decimal("2400.00"), seller)
        assert Client.objects.get() == deal.client

    def test_it_stands_in_the_stage_where_it_was_typed_and_brings_its_figures(self, client, seller):
        text = client.post(BOARD, typed("proposal"), headers=PART).content.decode()
        deal = Deal.objects.select_related("stage").get()
        assert (deal.stage.code, deal.probability) == ("proposal", deal.stage.probability)
        assert f'id="card-{deal.pk}"' in text
        assert 'id="head-proposal"' in text
        assert "€2,400" in text

    def test_every_open_stage_offers_it_and_no_closed_one(self, client, seller):
        page = client.get(BOARD)
        assert all(shown.add for shown in page.context["shown"] if not shown.column.asks)
        assert not column(page, "won").add
        assert client.get(BOARD, {"add": "won"}, headers=PART).status_code == 409
        assert client.post(BOARD, typed("won"), headers=PART).status_code == 409
        assert client.post(BOARD, typed("nowhere"), headers=PART).status_code == 409
        assert not Deal.objects.exists()

    def test_a_deal_without_a_name_comes_back(self, client, seller):
        answer = client.post(BOARD, typed("proposal", name="", said="Ines", key="k7"), headers=PART)
        text = answer.content.decode()
        assert answer.status_code == 422
        assert 'id="board-add-proposal"' in text
        assert 'value="Ines"' in text
        assert 'value="k7"' in text
        assert re.search(r'<input[^>]*name="add-name"[^>]*aria-invalid="true"', text)
        assert 'id="proposal-add-name_error"' in text
        assert not Deal.objects.exists()

    def test_what_narrows_the_board_may_leave_it_out_and_says_so(self, client, seller):
        text = client.post(f"{BOARD}?q=elsewhere", typed(), headers=PART).content.decode()
        assert Deal.objects.count() == 1
        assert "leaves it out" in text

    def test_without_scripts_a_page_asks_and_the_board_comes_again(self, client, seller):
        page = client.get(BOARD, {"add": "proposal", "q": "oak"}).content.decode()
        assert "<html" in page
        assert "Quick add in Proposal" in page
        answer = client.post(f"{BOARD}?add=proposal&q=oak", typed("proposal"))
        assert (answer.status_code, answer.url) == (302, f"{BOARD}?q=oak")
        assert Deal.objects.get().stage.code == "proposal"

    def test_who_only_looks_is_offered_nothing(self, client, seller):
        client.force_login(make_user("marketer"))
        page = client.get(BOARD)
        assert not any(shown.add for shown in page.context["shown"])
        assert "Quick add" not in page.content.decode()
        assert client.get(BOARD, {"add": "qualified"}, headers=PART).status_code == 403
        assert client.post(BOARD, typed(), headers=PART).status_code == 403
        assert not Deal.objects.exists()


class TestTheMenu:
    def three(self, user) -> None:
        entity, today = make_legal_entity(), timezone.localdate()
        for name, amount, days in (("Small", 10, 3), ("Large", 900, 9), ("Soon", 50, 1)):
            make_deal(
                owner=user, entity=entity, name=name, amount=amount, at=timezone.now() - timedelta(days=1),
                expected_close=today + timedelta(days=days),
            )  # fmt: skip

    def test_a_column_is_ordered_by_its_address(self, client, seller):
        self.three(seller)
        orders = menu(client.get(BOARD), "qualified")
        assert names(client.get(BOARD + orders["Largest amount first"]), "qualified") == ["Large", "Soon", "Small"]
        assert names(client.get(BOARD + orders["Closing soonest first"]), "qualified") == ["Soon", "Small", "Large"]
        assert names(client.get(BOARD + orders["Newest first"]), "qualified") == ["Soon", "Large", "Small"]
        usual = names(client.get(BOARD), "qualified")
        assert names(client.get(BOARD, {"sort-qualified": "colour"}), "qualified") == usual

    def test_a_folded_column_keeps_its_figures_and_draws_no_card(self, client, seller):
        self.three(seller)
        page = client.get(BOARD + menu(client.get(BOARD, {"q": ""}), "qualified")["Fold the column"])
        shown = column(page, "qualified")
        assert (shown.folded, shown.count, shown.total, shown.cards) == (True, 3, Decimal(960), [])
        assert "Show 3 more" not in page.content.decode()
        assert not column(client.get(BOARD + shown.unfold), "qualified").folded

    def test_a_stage_as_a_table_shows_the_same_deals(self, client, seller):
        self.three(seller)
        make_deal(owner=seller, entity=make_legal_entity(), name="Elsewhere", stage_code="proposal", at=timezone.now())
        there = menu(client.get(BOARD, {"q": "s"}), "qualified")["Show as a table"]
        text = unescape(client.get(there).content.decode())
        assert ("Small" in text, "Soon" in text, "Large" in text, "Elsewhere" in text) == (True, True, False, False)

    def test_closed_stages_and_months_offer_what_fits_them(self, client, seller):
        self.three(seller)
        won = menu(client.get(BOARD), "won")
        assert "closed_at=" in won["Show as a table"]
        assert "Add a card here" not in won
        assert "Closing soonest first" not in won
        page = client.get(FORECAST)
        month = next(shown.column.key for shown in page.context["shown"] if shown.count)
        there = menu(page, month)["Show as a table"]
        assert client.get(there).status_code == 200
        assert f"expected_close={month}" in there

    def test_stages_are_set_up_by_who_may(self, client, seller):
        assert "Set up the stages" not in menu(client.get(BOARD), "qualified")
        client.force_login(make_user("administrator"))
        assert client.get(menu(client.get(BOARD), "qualified")["Set up the stages"]).status_code == 200
