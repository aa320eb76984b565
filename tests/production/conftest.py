"""A plant with a planned order, and who plans it, for the tests of production's screens."""

from __future__ import annotations

import pytest

from production.models import WorkOrder
from sales.models import SalesOrder
from tests.factories.core import make_user
from tests.factories.production import Plant, make_planned_order, make_plant
from tests.production.screens import LEAD


@pytest.fixture
def plant():
    return make_plant()


@pytest.fixture
def order(plant) -> SalesOrder:
    return make_planned_order([(plant.product, 3)], warehouse=plant.warehouse)


@pytest.fixture(scope="class")
def planned(kept_by_class) -> tuple[Plant, SalesOrder]:
    plant = make_plant()
    return plant, make_planned_order([(plant.product, 3)], warehouse=plant.warehouse)


@pytest.fixture
def work(order) -> WorkOrder:
    return WorkOrder.objects.get(order_line__order=order)


@pytest.fixture
def lead(client):
    user = make_user(LEAD)
    client.force_login(user)
    return user


@pytest.fixture(scope="class")
def plant_of_class(kept_by_class: None) -> Plant:
    return make_plant()
