"""What a client's done orders earned, on his card, for those who may see costs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from sales.choices import OrderStatus
from sales.models import SalesOrder
from tests.factories.core import make_user
from tests.factories.crm import make_legal_entity
from tests.factories.sales import make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def entity():
    return make_legal_entity()


def done(entity, *, days: int = 3) -> SalesOrder:
    order = make_order(entity=entity, at=timezone.now() - timedelta(days=days))
    SalesOrder.objects.filter(pk=order.pk).update(
        status=OrderStatus.DONE, confirmed_at=order.ordered_at, done_at=order.ordered_at
    )
    return SalesOrder.objects.get(pk=order.pk)


def margin_on_card(client, entity) -> list[tuple[str, str]]:
    page = client.get(reverse("crm:client_card", args=[entity.client_id]))
    return [(str(one.value), str(one.note)) for one in page.context["stats"] if str(one.label) == "Average margin"]


def test_done_orders_of_twelve_months_count(client, entity):
    client.force_login(make_user("director"))
    assert margin_on_card(client, entity) == []
    order = done(entity)
    done(entity, days=400)
    make_order(entity=entity, at=timezone.now())
    assert order.net_amount > Decimal(0)
    assert margin_on_card(client, entity) == [("100.0\N{NO-BREAK SPACE}%", f"€{order.net_amount:,.2f} over cost")]


def test_who_may_not_see_costs_is_not_told(client, entity):
    done(entity)
    client.force_login(make_user("marketer"))
    assert margin_on_card(client, entity) == []
