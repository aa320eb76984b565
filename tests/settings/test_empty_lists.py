"""Each list of the kit in an empty company, as each role: it says why it is empty and offers only what works."""

from __future__ import annotations

import re

import pytest

from core import policy
from core.ui import registers
from core.ui.shell import address
from tests.access.conftest import browser_of
from tests.factories import core as make

pytestmark = pytest.mark.django_db
BUTTON = re.compile(r'<a class="btn [^"]*" href="([^"]+)"')


@pytest.mark.parametrize("role", policy.ROLES)
def test_an_empty_list_offers_the_right_first_action(role):
    user = make.make_user(role)
    browser = browser_of(user)
    for register in registers.everything():
        url = address(f"{register.app}:{register.name}_list")
        if not url or not register.may(user, register.view_action):
            continue
        page = browser.get(url)
        assert page.status_code == 200, register.key
        empty = page.content.decode().partition('<div class="emptyx')[2].partition("</section>")[0]
        if not empty:
            continue
        offers = BUTTON.findall(empty.partition("</div>\n</div>")[0])
        if not offers:
            assert "Add the first one by hand" not in empty, register.key
        for offer in offers:
            assert browser.get(offer).status_code == 200, (register.key, offer)
