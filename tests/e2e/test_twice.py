"""Every confirm of money, stock and documents: sent twice, in two tabs, after going back, from a stale page."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.e2e import twice_floor, twice_making, twice_money, twice_selling, twice_stores
from tests.e2e.twice import BOOKS, Act, Tab, browser_of, changed, facts, text_of
from tests.factories.crm import make_client

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

ACTS = [*twice_selling.ACTS, *twice_stores.ACTS, *twice_making.ACTS, *twice_floor.ACTS, *twice_money.ACTS]


@pytest.fixture(scope="module", autouse=True)
def fresh_books() -> None:
    """Other modules may have committed."""
    BOOKS.fresh()


def test_the_books_show_what_was_written_and_not_what_was_taken_back():
    browser_of("seller")
    before = facts()
    with transaction.atomic():
        make_client(name="Oak")
        transaction.set_rollback(True)
    assert changed(before) == []
    client = make_client(name="Oak")
    named = facts()
    type(client).objects.filter(pk=client.pk).update(name="Ash")
    assert "crm_client" in changed(named)
    type(client).objects.filter(pk=client.pk).update(name="Oak")
    assert "crm_client" not in changed(named)


def opened(act: Act) -> Tab:
    browser, user = browser_of(act.role)
    return Tab(browser, act.prepare(user), act)


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_what_was_sent_once_is_not_done_again(act: Act):
    """By the same form sent twice, by going back and confirming again, and by the second of two tabs."""
    tab = opened(act)
    other = Tab(tab.browser, tab.scene, act)
    untouched = facts()
    first = tab.send()
    assert first.status_code in (302, 303), text_of(first)[-600:]
    assert changed(untouched) != []
    done = facts()

    second = tab.send()
    assert (second.status_code, second.get("Location")) == (first.status_code, first["Location"]), text_of(second)
    assert changed(done) == [], "the same form sent twice"

    again = Tab(tab.browser, tab.scene, act)
    assert again.page.status_code < 500
    if again.has_form:
        assert again.send({}).status_code < 500
    assert changed(done) == [], "back and confirmed again"

    if act.again != "another":
        answer = other.send()
        assert changed(done) == [], "the second of two tabs"
        if act.again == "same":
            assert answer.status_code in (302, 303), text_of(answer)[-600:]
            return
        assert answer.status_code == 409, (answer.status_code, answer.get("Location"))
        assert act.told in text_of(answer), text_of(answer)[-900:]
        assert b"btn" in answer.content


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_a_page_older_than_the_record_is_refused_with_what_changed(act: Act):
    tab = opened(act)
    if tab.scene.meddle is None:
        pytest.skip("nothing of it can change meanwhile")
    tab.scene.meddle()
    meanwhile = facts()
    answer = tab.send()
    assert answer.status_code == (302 if act.leads else 409), (answer.status_code, answer.get("Location"))
    if act.leads:
        answer = tab.browser.get(answer["Location"])
    assert act.changes in text_of(answer), text_of(answer)[-900:]
    assert changed(meanwhile) == []
