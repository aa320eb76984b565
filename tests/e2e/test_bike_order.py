"""Ten bikes for a real client, on screens: found by a piece of a phone number, bought for, made, shipped, paid.

The data are those of AdventureWorks. What is right, the same order through services says in tests/samples.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Browser, expect

from core import ledgers
from core.actors import SYSTEM
from inventory.models import Item, Location
from sales.services.pipelines import create_pipeline
from tests.e2e import bike_data, bike_making, bike_money, bike_selling
from tests.e2e.bike_shop import Shop, database_with
from tests.e2e.theatre import PATIENCE_MS
from tests.factories.sales import STAGES
from tests.samples.bike_order import START, empty_shelves

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (bike_data.DATA / "truths.json").is_file(), reason="the sample data is not beside the checkout"
    ),
]
USUAL_MS = 5_000


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock(), database_with(bike_data.load):
        yield


@pytest.fixture
def shop(loaded, transactional_db, live_server, browser: Browser) -> Iterator[Shop]:
    expect.set_options(timeout=PATIENCE_MS)
    with time_machine.travel(START, tick=False) as clock:
        made = Shop(browser, live_server.url, clock.move_to)
        yield made
        made.close()
        expect.set_options(timeout=USUAL_MS)
        assert made.complaints == []


def test_ten_bikes_on_screens(shop: Shop):
    bike = Item.objects.get(external_key="aw.product:749")
    warehouse_id = Location.objects.filter(kind="stock").values_list("warehouse", flat=True)[0]
    empty_shelves(bike, warehouse_id)
    create_pipeline(code="bikes", name="Bikes", stages=STAGES, is_default=True, by=SYSTEM)

    entity = bike_selling.find_by_phone(shop)
    order = bike_selling.sell(shop, entity, bike)
    bike_making.plan(shop, order, bike)
    came = bike_making.buy(shop, START + timedelta(days=1))
    made = bike_making.make(shop, order, bike, came)
    shipped = bike_money.ship(shop, order, bike, made + timedelta(days=1))
    bike_money.collect(shop, order, shipped + timedelta(days=1))
    bike_money.compare(shop, order)

    assert ledgers.run_all() == []
