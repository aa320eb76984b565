from __future__ import annotations

from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from core.actors import SYSTEM
from core.admin.base import ReadOnlyMixin
from inventory.services.purchasing import OrderedLine, draft_purchase_order, place_purchase_order
from inventory.services.receipts import Landed, ReceivedLine, post_goods_receipt
from tests.factories.inventory import NOON, make_item, make_supplier, make_terms, make_warehouse, stock_up, take_out

pytestmark = pytest.mark.django_db

OWN = [model for model in apps.get_app_config("inventory").get_models() if not model.__name__.endswith("Event")]
EDITED = {"Unit", "ItemCategory", "Item", "ItemUnit", "SupplierItem"}


@pytest.fixture
def boss(client: Client) -> Client:
    user = get_user_model().objects.create_superuser("boss@example.com", "secret")
    client.force_login(user)
    return client


def test_every_model_has_a_page_and_only_master_data_can_be_edited() -> None:
    for model in OWN:
        page = admin.site._registry[model]
        assert page.search_fields, model
        assert isinstance(page, ReadOnlyMixin) == (model.__name__ not in EDITED), model


@pytest.mark.parametrize("model", OWN, ids=lambda model: model.__name__)
def test_pages_open_and_search(boss: Client, model: type) -> None:
    item, warehouse = make_item(), make_warehouse()
    make_terms(item)
    order = draft_purchase_order(
        warehouse_id=warehouse.pk, supplier_id=make_supplier().pk, lines=[OrderedLine(item.pk, Decimal(4), Decimal(2))],
        at=NOON, by=SYSTEM,
    )  # fmt: skip
    place_purchase_order(order_id=order.pk, at=NOON, by=SYSTEM)
    post_goods_receipt(
        order_id=order.pk, lines=[ReceivedLine(order.lines.get().pk, Decimal(4))], at=NOON, by=SYSTEM,
        landed=[Landed("Freight", Decimal(1))],
    )  # fmt: skip
    take_out(item, warehouse, 1)
    name = model._meta.model_name  # type: ignore[attr-defined]
    answer = boss.get(reverse(f"admin:inventory_{name}_changelist"), {"q": "x"})
    assert answer.status_code == 200
    row = model.objects.first()  # type: ignore[attr-defined]
    if row is not None:
        assert boss.get(reverse(f"admin:inventory_{name}_change", args=[row.pk])).status_code == 200


def test_an_item_that_has_moved_keeps_its_valuation(boss: Client) -> None:
    item = make_item()
    page = reverse("admin:inventory_item_change", args=[item.pk])
    assert b'name="valuation"' in boss.get(page).content
    stock_up(item, make_warehouse(), 1, 1)
    assert b'name="valuation"' not in boss.get(page).content
