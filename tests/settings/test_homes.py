"""Where somebody begins: by role, and for those who work standing by what he holds in his hand."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.factories.core import make_user

pytestmark = pytest.mark.django_db

DESK = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
TABLET = "Mozilla/5.0 (Linux; Android 15; SM-X510) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148"


@pytest.mark.parametrize(
    ("roles", "browser", "page"),
    [
        (["storekeeper"], DESK, "inventory:stock_list"),
        (["storekeeper"], TABLET, "sales:picking"),
        (["storekeeper"], PHONE, "sales:picking"),
        (["director", "storekeeper"], PHONE, "reports:dashboard"),
        (["purchaser"], PHONE, "inventory:purchase_proposals"),
    ],
)
def test_the_first_page(client, roles, browser, page):
    client.force_login(make_user(roles=roles))
    answer = client.get("/", headers={"user-agent": browser})
    assert answer.url == reverse(page)
    assert "User-Agent" in answer["Vary"]


def test_the_areas_are_there_for_everybody(client):
    client.force_login(make_user("storekeeper"))
    assert client.get("/?areas", headers={"user-agent": PHONE}).status_code == 200
