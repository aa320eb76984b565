"""A figure that is a cost everywhere it stands: whoever may not see costs meets it in no file, tab or answer.

The pages themselves are read for it where each of them is asked for anyway, in the matrix.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.urls import reverse

from core.policy import known_actions
from tests.api.client import make_key
from tests.authz import routes, rules
from tests.authz.costs import ACTIONS, BLIND, GOODS, SEE, plant, shows
from tests.authz.objects import targets_of
from tests.authz.test_api import NO_LIMITS, RECORDS, RESOURCES, call
from tests.authz.test_matrix import path_of, rules_of
from tests.authz.world import World

EXPORTS = ("?format=csv", "?format=xlsx")
TABS = ("?tab=timeline", "?tab=history")
BESIDE = {"export": EXPORTS, "card": TABS}

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(scope="module")
def planted(world: World) -> World:
    plant(world)
    return world


def beside(world: World, role: str) -> Iterator[tuple[str, str]]:
    """Kind of record and address of what the kit makes beside a page: files of another format, further tabs."""
    for route in routes.pages():
        if "GET" not in route.methods or route.register_page not in BESIDE or route.name in rules.open_pages():
            continue
        if rules_of(route)["GET"].act.get(role):
            for kind, target in targets_of(route, world, role).items():
                for end in BESIDE[route.register_page]:
                    yield kind, path_of(route, target) + end


def test_who_may_see_costs_from_the_start():
    for figure, action in ACTIONS.items():
        assert set(known_actions()[action].roles) | {"administrator"} == SEE[figure]


@pytest.mark.parametrize("role", BLIND)
def test_no_file_or_tab_shows_a_cost(role, planted):
    found = []
    for kind, address in beside(planted, role):
        if one := shows(planted.ask_whole(role, address), role):
            found.append(f"{role} {address} ({kind}) shows {one}")
    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize("role", [role for role in BLIND if role not in SEE[GOODS]])
def test_a_cost_is_no_filter_and_no_order_either(role, planted):
    url = reverse("inventory:item_list")
    everything = planted.ask_whole(role, url).context["count"]
    for query in (
        "?standard_cost=1",
        "?standard_cost_min=999999",
        "?sort=standard_cost",
        "?columns=name,standard_cost",
    ):
        answer = planted.ask_whole(role, url + query)
        assert not shows(answer, role), f"{role} {url}{query}"
        assert answer.context["count"] == everything, f"{role} {url}{query} narrows by a cost"


@NO_LIMITS
@pytest.mark.parametrize("role", BLIND)
def test_no_answer_of_the_api_shows_a_cost(role, planted):
    cache.clear()
    secret, found = make_key(planted.people[role]).secret, []
    for path in RESOURCES:
        addresses = [f"{path}/"]
        if path in RECORDS:
            addresses += [f"{path}/{record.pk}/" for record in planted.objects(RECORDS[path], role).values()]
        for address in addresses:
            if one := shows(call("GET", address, secret), role):
                found.append(f"{role} /api/v1/{address} shows {one}")
    assert not found, "\n".join(["", *found])


def test_the_canary_is_found_where_it_may_be_seen(planted):
    """The test itself can see: the accountant meets the figure on the item's card."""
    item = planted.objects("inventory.item", "accountant")["any"]
    answer = planted.ask_whole("accountant", reverse("inventory:item_card", args=[item.pk]))
    assert answer.status_code == 200
    assert shows(answer, "operator")
