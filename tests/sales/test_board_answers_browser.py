"""Answers that come late: while a card is in the hand, after its next move, or never. The board shows what is true."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, Route, expect

from sales.models import Deal
from tests.factories.core import make_user
from tests.factories.sales import make_deal
from tests.ui.browsing import carry, drag, pick_up, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


class Moves:
    """Stops each move on its way to the server until the test lets it through."""

    def __init__(self, page: Page) -> None:
        self.page, self.stopped = page, []
        page.route("**/deals/board/**", self._stop)

    def _stop(self, route: Route) -> None:
        if route.request.method == "POST":
            self.stopped.append(route)
        else:
            route.continue_()

    def next(self) -> Route:
        """The move that was sent; there is one on its way at most."""
        for _ in range(100):
            if self.stopped:
                break
            self.page.wait_for_timeout(20)
        self.page.wait_for_timeout(50)
        assert len(self.stopped) == 1
        return self.stopped.pop()


@pytest.fixture
def seller(page: Page, live_server):
    user = make_user("seller", first_name="Marta", last_name="Lindqvist")
    sign_in(page, live_server.url, user)
    page.set_viewport_size({"width": 1440, "height": 900})
    return user


@pytest.fixture
def oak(page: Page, live_server, seller) -> Deal:
    """A deal between two others in Qualified, on the board."""
    _before, oak, _after = (
        make_deal(owner=seller, at=timezone.now() - timedelta(days=days), name=name)
        for name, days in (("Lamps", 3), ("Oak kitchen", 5), ("Stools", 7))
    )
    page.goto(f"{live_server.url}/sales/deals/board/")
    return oak


def column(page: Page, key: str) -> Locator:
    return page.locator(f"#col-{key}")


def names(page: Page, key: str) -> list[str]:
    return column(page, key).locator(".dcard").evaluate_all("cards => cards.map(card => card.id)")


def stands_once(page: Page, deal: Deal, key: str) -> None:
    """The card is there, nowhere else, and nothing is under way any more."""
    expect(column(page, key).locator(f"#card-{deal.pk}")).to_be_visible()
    expect(page.locator(f"#card-{deal.pk}")).to_have_count(1)
    expect(page.locator(".dcard.pending")).to_have_count(0)
    deal.refresh_from_db()
    assert deal.stage.code == key


def test_an_answer_waits_while_the_card_is_in_the_hand(page: Page, oak):
    neighbours = names(page, "qualified")
    card = page.locator(f"#card-{oak.pk}")
    drag(page, card, column(page, "estimate"))
    expect(page.get_by_role("status")).to_contain_text("Oak kitchen moved to Estimate")
    moves = Moves(page)
    page.keyboard.press("z")
    undo = moves.next()
    pick_up(page, card)
    carry(page, column(page, "proposal"))
    undo.fulfill(response=undo.fetch())
    page.wait_for_timeout(200)
    carry(page, column(page, "won"))
    page.mouse.up()
    expect(page.get_by_role("alert")).to_contain_text("Won needs a quote")
    stands_once(page, oak, "qualified")
    expect(page.locator("#head-qualified")).to_contain_text("Qualified 3")
    assert sorted(names(page, "qualified")) == sorted(neighbours)


def test_an_answer_between_the_press_and_the_first_move_waits_too(page: Page, oak):
    card = page.locator(f"#card-{oak.pk}")
    drag(page, card, column(page, "estimate"))
    expect(page.get_by_role("status")).to_contain_text("Oak kitchen moved to Estimate")
    moves = Moves(page)
    page.keyboard.press("z")
    undo = moves.next()
    card.hover(position={"x": 40, "y": 12})
    page.mouse.down()
    undo.fulfill(response=undo.fetch())
    page.wait_for_timeout(200)
    carry(page, column(page, "won"))
    page.mouse.up()
    expect(page.get_by_role("alert")).to_contain_text("Won needs a quote")
    stands_once(page, oak, "qualified")


def test_a_card_that_is_only_pressed_lets_the_answer_in(page: Page, oak):
    card, moves = page.locator(f"#card-{oak.pk}"), Moves(page)
    drag(page, card, column(page, "estimate"))
    first = moves.next()
    card.hover(position={"x": 150, "y": 40})
    page.mouse.down()
    first.continue_()
    page.wait_for_timeout(200)
    expect(page.locator(".dcard.pending")).to_have_count(1)
    page.mouse.up()
    stands_once(page, oak, "estimate")


def test_a_second_move_waits_for_the_first_and_brings_its_version(page: Page, oak):
    card, moves = page.locator(f"#card-{oak.pk}"), Moves(page)
    drag(page, card, column(page, "estimate"))
    first = moves.next()
    drag(page, card, column(page, "proposal"))
    page.wait_for_timeout(100)
    assert not moves.stopped
    first.continue_()
    moves.next().continue_()
    expect(page.get_by_role("status").last).to_contain_text("Oak kitchen moved to Proposal")
    stands_once(page, oak, "proposal")
    expect(page.locator("#head-estimate")).to_contain_text("Estimate 0")
    expect(page.locator("#head-proposal")).to_contain_text("Proposal 1")


def test_a_move_that_got_lost_does_not_pull_the_card_from_the_hand(page: Page, oak):
    before = names(page, "qualified")
    card, moves = page.locator(f"#card-{oak.pk}"), Moves(page)
    drag(page, card, column(page, "estimate"))
    lost = moves.next()
    pick_up(page, card)
    carry(page, column(page, "won"))
    lost.abort()
    page.wait_for_timeout(200)
    page.mouse.up()
    expect(page.get_by_role("alert").filter(has_text="Won needs a quote")).to_be_visible()
    stands_once(page, oak, "qualified")
    assert names(page, "qualified") == before


def test_a_lost_move_of_a_card_that_is_let_go_where_it_was_goes_back(page: Page, oak):
    before = names(page, "qualified")
    card, moves = page.locator(f"#card-{oak.pk}"), Moves(page)
    drag(page, card, column(page, "estimate"))
    lost = moves.next()
    pick_up(page, card)
    lost.abort()
    page.wait_for_timeout(100)
    carry(page, column(page, "estimate"))
    page.mouse.up()
    stands_once(page, oak, "qualified")
    assert names(page, "qualified") == before


def test_moves_of_two_cards_are_counted_one_after_the_other(page: Page, oak):
    other = Deal.objects.get(name="Stools")
    moves = Moves(page)
    drag(page, page.locator(f"#card-{oak.pk}"), column(page, "estimate"))
    drag(page, page.locator(f"#card-{other.pk}"), column(page, "estimate"))
    moves.next().continue_()
    moves.next().continue_()
    stands_once(page, oak, "estimate")
    stands_once(page, other, "estimate")
    expect(page.locator("#head-estimate")).to_contain_text("Estimate 2")
    expect(page.locator("#head-qualified")).to_contain_text("Qualified 1")
