"""The same form sent by two presses at the same moment: it is done once, and both get the same answer."""

from __future__ import annotations

from copy import copy, deepcopy

import pytest
from django.test import Client

from tests.core.threads import at_once
from tests.e2e import twice_making, twice_money, twice_selling, twice_stores
from tests.e2e.twice import Act, Tab, browser_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ACTS = {act.name: act for table in (twice_selling, twice_stores, twice_making, twice_money) for act in table.ACTS}
# One for each view that keeps the key of its form.
CHOSEN = (
    "bill: post", "invoice: post", "payment: allocate", "receipt: post all", "order: ship",
    "purchase: order what is suggested", "work order: report output",
)  # fmt: skip


def opened(act: Act) -> tuple[Tab, Tab]:
    browser, user = browser_of(act.role)
    tab = Tab(browser, act.prepare(user), act)
    other = copy(tab)
    other.browser = Client()
    other.browser.cookies = deepcopy(browser.cookies)
    return tab, other


@pytest.mark.parametrize("name", CHOSEN)
def test_both_presses_get_the_answer_of_the_first(name: str):
    one, other = opened(ACTS[name])
    first, second = at_once(one.send, other.send)
    assert (first.status_code, first.get("Location")) == (second.status_code, second.get("Location"))
    assert first.status_code == 302
