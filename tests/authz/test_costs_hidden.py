"""A figure that is a cost everywhere it stands: whoever may not see costs meets it on no page, file or answer."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.urls import reverse
from openpyxl import load_workbook

from core.policy import ROLES, known_actions
from inventory.models import Item, StandardCost
from sales.models import OrderLine, Quote, QuoteLine
from tests.api.client import make_key
from tests.authz import routes, rules
from tests.authz.objects import targets_of
from tests.authz.test_api import NO_LIMITS, RECORDS, RESOURCES, call
from tests.authz.test_matrix import path_of, rules_of
from tests.factories import inventory, sales

# Two figures: what goods cost, and what sales calculate with. Each with the roles that may see it from the start,
# written down here so that a change of the grants is noticed.
GOODS, SALES = Decimal("7319.53"), Decimal("8427.61")
SEE = {
    GOODS: {"head_of_sales", "purchaser", "production_lead", "accountant", "director", "administrator"},
    SALES: {"seller", "head_of_sales", "production_lead", "accountant", "director", "administrator"},
}
ACTIONS = {GOODS: "inventory.view_costs", SALES: "sales.view_costs"}
BLIND = [role for role in ROLES if any(role not in seeing for seeing in SEE.values())]
EXPORTS = {"csv": "?format=csv", "xlsx": "?format=xlsx"}

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(scope="module")
def planted(world):
    """The figures as costs of goods, quotes and orders, of strangers and of the role's own."""
    warehouse = inventory.make_warehouse(branch=world.branch)
    item = world.objects("inventory.item", "seller")["any"]
    Item.objects.filter(pk=item.pk).update(standard_cost=GOODS)
    StandardCost.objects.create(item=item, cost=GOODS, valid=(date(2020, 1, 1), None))
    inventory.make_terms(item, price=GOODS)
    inventory.stock_up(item, warehouse, 1, GOODS)
    for role in BLIND:
        quote = sales.make_quote(sales.make_deal(owner=world.people[role], branch=world.branch))
        world.records["sales.quote", role] = {"own": quote}
        order = sales.make_order(owner=world.people[role])
        OrderLine.objects.filter(order=order).update(cost_amount=SALES)
    Quote.objects.update(cost_amount=SALES)
    QuoteLine.objects.update(cost_amount=SALES)
    return world


def spellings(figure: Decimal) -> list[str]:
    """How pages and files write a figure: with and without marks, by the comma and the point."""
    whole, cents = str(figure).split(".")
    marks = ["", ",", ".", " ", "\u202f", "\u00a0", "&nbsp;", "’"]
    return [f"{whole[0]}{mark}{whole[1:]}{point}{cents}" for mark in marks for point in ".,"]


def shows(answer, role: str) -> str:
    """Which figure an answer holds that the role may not see; the cells of a workbook are read."""
    content = b"".join(answer.streaming_content) if getattr(answer, "streaming", False) else answer.content
    if content[:2] == b"PK":
        sheet = load_workbook(io.BytesIO(content), read_only=True).active
        content = json.dumps([[str(cell) for cell in row] for row in sheet.values]).encode()
    text = content.decode(errors="replace")
    hidden = [figure for figure, seeing in SEE.items() if role not in seeing]
    return next((one for figure in hidden for one in spellings(figure) if one in text), "")


def test_who_may_see_costs_from_the_start():
    for figure, action in ACTIONS.items():
        assert set(known_actions()[action].roles) | {"administrator"} == SEE[figure]


@pytest.mark.parametrize("role", BLIND)
def test_no_page_or_file_shows_a_cost(role, planted):
    found = []
    for route in routes.pages():
        if "GET" not in route.methods or route.name in rules.open_pages():
            continue
        if not rules_of(route)["GET"].act.get(role):
            continue
        for kind, target in targets_of(route, planted, role).items():
            path = path_of(route, target)
            asked = [path, *(path + end for end in EXPORTS.values() if route.register_page == "export")]
            asked += [f"{path}?tab={tab}" for tab in ("timeline", "history") if route.register_page == "card"]
            for address in asked:
                answer = planted.ask_whole(role, address)
                if one := shows(answer, role):
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
