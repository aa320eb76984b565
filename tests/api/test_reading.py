"""Lists and single records: what is shown to whom, pages, filters, ETags, statements."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from core.api import resources
from inventory.models import StockMove
from tests.api.client import Caller
from tests.api.company import one_of_each
from tests.factories.core import make_team, make_user
from tests.factories.crm import make_client, make_lead, make_person
from tests.factories.inventory import make_item, make_purchase_order, make_warehouse, stock_up
from tests.factories.sales import make_deal, make_quote

pytestmark = pytest.mark.django_db


def names(answer: Any) -> list[str]:
    return [row["name"] for row in answer.json()["data"]]


def test_lists_and_records_are_those_of_the_screens() -> None:
    caller, mate = Caller("seller"), make_user("seller")
    make_team(caller.user, mate)
    own, foreign = make_client(owner=caller.user), make_client(owner=mate)
    binned = make_client(owner=caller.user)
    type(binned).objects.filter(pk=binned.pk).update(binned_at="2026-01-01T00:00Z")
    assert [row["id"] for row in caller.get("/clients/").json()["data"]] == [own.pk]
    assert caller.get(f"/clients/{own.pk}/").status_code == 200
    for hidden in (foreign, binned):
        answer = caller.get(f"/clients/{hidden.pk}/")
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
        assert answer.content == caller.get("/clients/999999/").content
        for send in (caller.patch, caller.post):
            path = f"/clients/{hidden.pk}/" if send == caller.patch else f"/clients/{hidden.pk}/actions/activate/"
            assert send(path, {}, **{"If-Match": '"1"'}).status_code == 404


@pytest.mark.parametrize("role", ["seller", "storekeeper"])
def test_costs_are_left_out_for_those_who_may_not_see_them(role: str) -> None:
    item, warehouse = make_item(standard_cost=Decimal(7)), make_warehouse()
    stock_up(item, warehouse, 5, 35)
    order = make_purchase_order([(item, 2, "7.00")], warehouse=warehouse)
    caller, director = Caller(role), Caller("director")
    seen = director.get(f"/items/{item.pk}/").json()
    shown = caller.get(f"/items/{item.pk}/").json()
    assert seen["standard_cost"] == "7.000000" and set(seen) - set(shown) == {"standard_cost"}
    for query in ("?sort=standard_cost",):
        assert caller.get(f"/items/{query}").status_code == 422
    if role == "storekeeper":
        (move,) = caller.get("/moves/").json()["data"]
        assert "value" not in move and director.get("/moves/").json()["data"][0]["value"] == "35.00"
        shown = caller.get(f"/purchase-orders/{order.pk}/").json()
        assert not {"net_amount", "gross_amount"} & set(shown)
        assert not {"price", "net_amount"} & set(shown["lines"][0])
        assert director.get(f"/purchase-orders/{order.pk}/").json()["lines"][0]["price"] == "7.000000"


def test_quote_costs_follow_their_own_right() -> None:
    quote = make_quote(make_deal(amount=1))
    assert "cost_amount" in Caller("director").get(f"/quotes/{quote.pk}/").json()
    marketer = Caller("marketer").get(f"/quotes/{quote.pk}/").json()
    assert "cost_amount" not in marketer and "cost_amount" not in marketer["lines"][0]


def test_a_hidden_field_cannot_be_written_either() -> None:
    from core.choices import Reach
    from core.models import Role, RoleGrant

    caller, item = Caller("storekeeper"), make_item(standard_cost=Decimal(7))
    RoleGrant.objects.create(
        role=Role.objects.get(code="storekeeper"), action="inventory.manage_items", reach=Reach.ALL
    )
    answer = caller.patch(f"/items/{item.pk}/", {"standard_cost": "1"}, **{"If-Match": '"1"'})
    assert answer.status_code == 422 and "standard_cost" in answer.json()["errors"]
    assert caller.patch(f"/items/{item.pk}/", {"name": "New"}, **{"If-Match": '"1"'}).status_code == 200


class TestPages:
    def test_neither_skip_nor_repeat_while_rows_come(self) -> None:
        caller = Caller("director")
        for name in "BDFHJ":
            make_client(name=name)
        first = caller.get("/clients/?limit=2&sort=name")
        assert names(first) == ["B", "D"] and 'rel="next"' in first["Link"]
        for name in "AEK":
            make_client(name=name)
        second = caller.get(first.json()["next"])
        assert names(second) == ["E", "F"]
        third = caller.get(second.json()["next"])
        assert names(third) + names(caller.get(third.json()["next"])) == ["H", "J", "K"]

    @pytest.mark.parametrize("sort", ["first_answer_at", "-first_answer_at", "closed_at", "-received_at", "id", "-id"])
    def test_reach_every_row_once_in_every_order(self, sort: str) -> None:
        caller = Caller("director")
        for number in range(7):
            lead = make_lead()
            if number % 2:
                type(lead).objects.filter(pk=lead.pk).update(first_answer_at=f"2026-04-0{number}T09:00Z")
        if sort.lstrip("-") not in resources.by_path("leads").sorts and sort.lstrip("-") != "id":
            assert caller.get(f"/leads/?sort={sort}").status_code == 422
            return
        found, page = [], f"/leads/?limit=3&sort={sort}"
        while page:
            answer = caller.get(page).json()
            found += [row["id"] for row in answer["data"]]
            page = answer["next"]
        assert len(found) == len(set(found)) == 7

    def test_with_empty_values_come_to_an_end(self) -> None:
        caller = Caller("director")
        for day in (None, "2026-05-02", None, "2026-05-01", None):
            deal = make_deal()
            type(deal).objects.filter(pk=deal.pk).update(closed_at=None, expected_close=day)
        for sort in ("closed_at", "-closed_at"):
            found, page = [], f"/deals/?limit=2&sort={sort}"
            while page:
                answer = caller.get(page).json()
                found += [row["id"] for row in answer["data"]]
                page = answer["next"]
            assert len(set(found)) == len(found) == 5

    def test_cannot_be_forged_or_mixed(self) -> None:
        caller = Caller("director")
        for _ in range(3):
            make_client()
        following = caller.get("/clients/?limit=1&sort=name").json()["next"]
        assert caller.get("/clients/?after=nonsense").status_code == 422
        assert caller.get(following.replace("sort=name", "sort=-name")).json()["errors"]["after"]
        assert caller.get("/clients/?limit=0").status_code == caller.get("/clients/?limit=201").status_code == 422


def test_filters_narrow_and_unknown_ones_are_refused() -> None:
    caller = Caller("director")
    gold = make_client(segment="gold")
    make_client(segment="iron")
    assert [row["id"] for row in caller.get("/clients/?segment=gold").json()["data"]] == [gold.pk]
    for wrong in ("colour=red", "owner__password=x", "status=nonsense", "owner_id=x", "sort=note", "updated_since=now"):
        answer = caller.get(f"/clients/?{wrong}")
        assert answer.status_code == 422, wrong
        assert list(answer.json()["errors"]) == [wrong.split("=", maxsplit=1)[0]]


def test_words_are_found_as_on_the_screens() -> None:
    caller = Caller("director")
    make_client(name="Müller Glasbau")
    make_client(name="Other")
    assert names(caller.get("/clients/?q=muller")) == ["Müller Glasbau"]


class TestTags:
    def test_a_record_that_did_not_change_is_not_sent_again(self) -> None:
        caller, client = Caller("director"), make_client()
        first = caller.get(f"/clients/{client.pk}/")
        assert first["ETag"].startswith(f'"{client.version}.')
        again = caller.get(f"/clients/{client.pk}/", **{"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        client.segment = "gold"
        client.save()
        assert caller.get(f"/clients/{client.pk}/", **{"If-None-Match": first["ETag"]}).status_code == 200

    def test_a_changed_part_makes_another_tag(self) -> None:
        caller, client, person = Caller("administrator"), make_client(), make_person()
        first = caller.get(f"/persons/{person.pk}/")
        caller.post(f"/persons/{person.pk}/actions/place/", {"client_id": client.pk})
        assert caller.get(f"/persons/{person.pk}/", **{"If-None-Match": first["ETag"]}).status_code == 200


def test_amounts_are_strings_and_moments_are_in_utc() -> None:
    deal = make_deal(amount="1250.50")
    raw = Caller("director").get(f"/deals/{deal.pk}/").content.decode()
    assert '"amount":"1250.50"' in raw and '"opened_at":"2026-03-02T12:00:00Z"' in raw
    assert json.loads(raw, parse_float=lambda text: pytest.fail(f"{text} is a float"))


def test_answers_are_kept_by_no_cache() -> None:
    answer = Caller("director").get("/clients/")
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert "Authorization" in answer["Vary"]


def test_every_resource_can_be_read() -> None:
    one_of_each()
    caller = Caller("administrator")
    empty = []
    for resource in resources.everything():
        answer = caller.get(f"/{resource.path}/")
        assert answer.status_code == 200, (resource.path, answer.content)
        rows = answer.json()["data"]
        if not rows:
            empty.append(resource.path)
            continue
        single = caller.get(f"/{resource.path}/{rows[0]['id']}/")
        assert single.status_code == 200 and set(rows[0]) <= set(single.json())
    assert set(empty) <= {
        "approvals", "cash-articles", "estimate-requests", "goods-receipts", "item-categories", "order-costs",
        "periods", "statements", "statement-lines", "wip-entries",
    }  # fmt: skip


@pytest.mark.parametrize("path", ["clients", "leads", "items", "deals", "balances", "moves"])
def test_statements_do_not_grow_with_the_rows(path: str, django_assert_max_num_queries: Any) -> None:
    caller = Caller("head_of_sales")
    make_team(caller.user)
    warehouse = make_warehouse()
    makers = {
        "clients": lambda: make_client(owner=caller.user),
        "leads": lambda: make_lead(owner_id=caller.user.pk),
        "items": make_item,
        "deals": lambda: make_deal(owner=caller.user),
        "balances": lambda: stock_up(make_item(), warehouse, 1, 1),
        "moves": lambda: stock_up(make_item(), warehouse, 1, 1),
    }
    for _ in range(10):
        makers[path]()
    caller.get(f"/{path}/")
    with django_assert_max_num_queries(8):
        assert len(caller.get(f"/{path}/?limit=200").json()["data"]) == 10
    if path in {"clients", "items"}:
        for _ in range(290):
            makers[path]()
    with django_assert_max_num_queries(8):
        assert len(caller.get(f"/{path}/?limit=200").json()["data"]) in {10, 200}


def test_ledger_rows_have_a_tag_of_their_own() -> None:
    stock_up(make_item(), make_warehouse(), 1, 1)
    move = StockMove.objects.get()
    tag = Caller("director").get(f"/moves/{move.pk}/")["ETag"]
    assert len(tag) == 18 and "." not in tag
