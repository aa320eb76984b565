"""Marks of a form: sent once, refused where its page is older than the record."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal

import pytest
from django.test import RequestFactory

from core.actors import SYSTEM
from core.errors import ChangedMeanwhile, SentBefore, StillRunning
from core.ui import sending
from core.ui.sending import MOST_ROWS, known_of, refuse_if_changed, seen_of, send_once
from sales.models import OrderLine
from sales.services.confirming import confirm_order
from tests.factories.core import make_user
from tests.factories.sales import NOON, make_order, make_sold_item

pytestmark = pytest.mark.django_db

SEES = ("status", "lines.shipped_qty")


@pytest.fixture
def order():
    return make_order([(make_sold_item(sku="GP-200"), 3)])


@pytest.fixture
def ask():
    user = make_user()

    def made(**data):
        request = RequestFactory().post("/somewhere/", data)
        request.user = user
        return request

    return made


def test_the_same_form_gets_the_first_answer(ask):
    done = []
    for _time in range(2):
        assert send_once(ask(key="a", qty="1"), lambda: done.append(1) or {"id": 7}) == {"id": 7}
    assert done == [1]
    assert known_of(ask(key="a", qty="1")) == {"id": 7}
    assert known_of(ask(key="b", qty="1")) is None


def test_other_content_under_a_used_key_is_refused_and_gets_a_fresh_key(ask):
    send_once(ask(key="a", qty="1"), lambda: "done")
    request = ask(key="a", qty="2")
    with pytest.raises(SentBefore):
        send_once(request, lambda: "done")
    assert request.form_key != "a"


def test_nothing_changed_is_nothing_refused(ask, order):
    seen = seen_of(ask(), order, SEES)
    requests = [ask(seen=seen), ask(), ask(seen="no mark of ours")]
    assert [refuse_if_changed(request, order, SEES) for request in requests] == [None, None, None]


def test_what_changed_is_told_in_words_and_the_next_page_is_fresh(ask, order):
    request = ask(seen=seen_of(ask(), order, SEES))
    confirm_order(order_id=order.pk, at=NOON, by=SYSTEM)
    OrderLine.objects.filter(order=order).update(shipped_qty=Decimal(2))
    order.refresh_from_db()
    with pytest.raises(ChangedMeanwhile) as refused:
        send_once(request, lambda: pytest.fail("it ran"), record=order, sees=SEES)
    told = str(refused.value)
    assert "Status: draft → confirmed" in told.replace("Draft", "draft").replace("Confirmed", "confirmed")
    assert "GP-200" in told
    assert "Shipped: 0 → 2" in told
    assert json.loads(seen_of(request, order, SEES))["status"] == "confirmed"


def test_a_page_that_is_shown_again_for_a_mistake_stays_as_old_as_it_was(ask, order):
    seen = seen_of(ask(), order, SEES)
    confirm_order(order_id=order.pk, at=NOON, by=SYSTEM)
    order.refresh_from_db()
    assert seen_of(ask(seen=seen), order, SEES) == seen


def test_many_rows_are_compared_by_their_hash(ask):
    item = make_sold_item()
    order = make_order([(item, 1) for _line in range(MOST_ROWS + 1)])
    seen = seen_of(ask(), order, SEES)
    assert len(seen) < 200
    OrderLine.objects.filter(order=order, position=1).update(shipped_qty=Decimal(1))
    with pytest.raises(ChangedMeanwhile, match="Shipped"):
        refuse_if_changed(ask(seen=seen), order, SEES)


@pytest.mark.parametrize(
    "mark", ['{"status": {"<b>": 1}}', '{"status": 7, "lines.shipped_qty": "x"}', "[1]", '{"other": 1}']
)
def test_a_mark_that_somebody_wrote_himself_is_a_refusal_or_nothing(ask, order, mark):
    with suppress(ChangedMeanwhile):
        refuse_if_changed(ask(seen=mark), order, SEES)


def test_a_twin_waits_for_the_first_and_gets_its_answer(ask, monkeypatch):
    answers = iter([StillRunning(), StillRunning(), {"id": 7}])

    def once(**_asked):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(sending, "once", once)
    monkeypatch.setattr(sending, "MOMENT", 0)
    assert send_once(ask(key="a"), lambda: pytest.fail("it ran twice")) == {"id": 7}


def test_a_first_that_never_ends_is_told_to_its_twin(ask, monkeypatch):
    def once(**_asked):
        raise StillRunning

    monkeypatch.setattr(sending, "once", once)
    monkeypatch.setattr(sending, "MOMENT", 0)
    with pytest.raises(StillRunning):
        send_once(ask(key="a"), lambda: None)


def test_what_the_twin_changed_a_moment_ago_is_no_reason_to_refuse(ask, order, monkeypatch):
    """The first was not done when the second came, and is done before the second looks at the record."""
    form = {"key": "a", "seen": seen_of(ask(), order, SEES)}
    answers = iter([None, {"id": 7}])
    monkeypatch.setattr(sending, "known_answer", lambda **_asked: next(answers))
    confirm_order(order_id=order.pk, at=NOON, by=SYSTEM)
    order.refresh_from_db()
    assert send_once(ask(**form), lambda: pytest.fail("it ran"), record=order, sees=SEES) == {"id": 7}
