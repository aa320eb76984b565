from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from core.actors import SYSTEM
from core.errors import NotAllowed
from inventory.models import ItemCategory
from sales.models import PriceRule
from sales.selectors.prices import _price, winning_prices
from sales.services.pricing import create_price_list, price_for, set_price
from tests.factories.core import make_branch, make_currency, make_user, serial
from tests.factories.crm import make_client, make_legal_entity
from tests.factories.inventory import make_item
from tests.factories.sales import general_prices, price

DAY = date(2026, 3, 5)


def make_list(**scope):
    return create_price_list(code=f"list-{serial()}", name="List", currency_id=make_currency().code, by=SYSTEM, **scope)


def won(item, entity=None, *, qty=1, on=DAY, **more) -> Decimal | None:
    found = winning_prices(
        item_ids=[item.pk], legal_entity_id=entity.pk if entity else None, on=on, qtys={item.pk: Decimal(qty)}, **more
    )
    return found[item.pk].unit_price if item.pk in found else None


@pytest.mark.django_db
class TestWinner:
    def test_the_more_personal_list_wins(self) -> None:
        branch = make_branch()
        entity = make_legal_entity(make_client(segment="gold", branch=branch))
        item = make_item()
        lists = [
            make_list(legal_entity_id=entity.pk), make_list(client_id=entity.client_id), make_list(segment="gold"),
            make_list(branch_id=branch.pk), general_prices(),
        ]  # fmt: skip
        for amount, prices in enumerate(lists, start=1):
            price(item, amount, prices=prices)
        for amount, prices in enumerate(lists, start=1):
            assert won(item, entity) == amount
            prices.is_active = False
            prices.save()
        assert won(item, entity) is None

    def test_lists_of_others_do_not_count(self) -> None:
        item, entity = make_item(), make_legal_entity()
        price(item, 1, prices=make_list(client_id=make_client().pk))
        price(item, 2, prices=make_list(segment="gold", branch_id=make_branch().pk))
        price(item, 3)
        assert won(item, entity) == won(item) == 3

    def test_item_beats_category_beats_everything(self) -> None:
        far = ItemCategory.objects.create(name="Far")
        near = ItemCategory.objects.create(name="Near", parent=far)
        item, general = make_item(category=near), general_prices()
        price(item, "100.00")
        own = make_list(client_id=(entity := make_legal_entity()).client_id)
        for target, percent, expected in (
            ({}, 1, "99"), ({"category_id": far.pk}, 2, "98"), ({"category_id": near.pk}, 3, "97"),
            ({"item_id": item.pk}, 4, "96"),
        ):  # fmt: skip
            set_price(price_list_id=own.pk, percent_off=Decimal(percent), by=SYSTEM, **target)
            assert won(item, entity) == Decimal(expected)
        assert won(item) == 100
        assert general.rules.count() == 1

    def test_quantity_period_and_age_decide_in_that_order(self) -> None:
        item = make_item()
        price(item, 10)
        price(item, 9, min_qty=Decimal(5))
        price(item, 8, valid=(date(2026, 1, 1), date(2026, 4, 1)))
        price(item, 7, valid=(date(2026, 2, 1), None))
        assert won(item) == 7
        assert won(item, on=date(2026, 1, 31)) == 8
        assert won(item, on=date(2025, 12, 31)) == 10
        assert won(item, qty=5) == 9
        assert won(item, qty="4.9999") == 7

    def test_a_percentage_stands_on_the_general_price_and_says_so(self) -> None:
        item, entity = make_item(), make_legal_entity()
        own = make_list(legal_entity_id=entity.pk)
        set_price(price_list_id=own.pk, percent_off=Decimal("7.5"), by=SYSTEM)
        assert won(item, entity) is None
        base = price(item, "549.90")
        found = price_for(item_ids=[item.pk], legal_entity_id=entity.pk, on=DAY)[item.pk]
        assert found.unit_price == Decimal("508.657500")
        assert (found.trace["level"], found.trace["base_rule"], found.trace["percent_off"]) == (
            "legal entity", base.pk, "7.5",
        )  # fmt: skip

    def test_another_currency_is_another_price(self) -> None:
        item = make_item()
        price(item, 10)
        assert won(item, currency_id="EUR") == 10
        assert won(item, currency_id="USD") is None

    def test_statements_do_not_grow_with_the_items(self) -> None:
        entity, counts = make_legal_entity(), []
        for size in (1, 30):
            items = [make_item() for _ in range(size)]
            for item in items:
                price(item, 1)
            with CaptureQueriesContext(connection) as captured:
                winning_prices(item_ids=[item.pk for item in items], legal_entity_id=entity.pk, on=DAY)
            counts.append(len(captured))
        assert counts[0] == counts[1] <= 4

    def test_setting_a_price_again_replaces_it_and_needs_the_right(self) -> None:
        item = make_item()
        assert price(item, 1).pk == price(item, 2).pk
        with pytest.raises(NotAllowed):
            set_price(price_list_id=general_prices().pk, item_id=item.pk, price=Decimal(1), by=make_user("seller"))
        with pytest.raises(IntegrityError), transaction.atomic():
            PriceRule.objects.update(percent_off=5)


rules = st.builds(
    lambda pk, level, nearness, min_qty, start, amount: (
        (level, nearness, Decimal(min_qty), date(2026, 1, start), pk),
        SimpleNamespace(
            pk=pk, price=Decimal(amount), percent_off=None, item_id=1, category_id=None, min_qty=Decimal(min_qty),
            price_list=SimpleNamespace(code="x", tax_included=False, currency_id="EUR"),
        ),
    ),
    pk=st.integers(1, 10**6), level=st.integers(1, 5), nearness=st.integers(0, 3), min_qty=st.integers(0, 3),
    start=st.integers(1, 3), amount=st.integers(0, 500),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(rules, min_size=1, max_size=8, unique_by=lambda pair: pair[1].pk), st.randoms())
def test_the_winner_does_not_depend_on_the_order_of_reading(ranked, random) -> None:
    """Against a slow tournament: whoever beats everybody else, criterion by criterion, wins."""
    champion = ranked[0]
    for rival in ranked[1:]:
        for mine, other in zip(champion[0], rival[0], strict=True):
            if mine != other:
                champion = champion if mine > other else rival
                break
    shuffled = list(ranked)
    random.shuffle(shuffled)
    found = _price(1, shuffled)
    assert found.trace["rule"] == champion[1].pk
    assert found.unit_price == champion[1].price
