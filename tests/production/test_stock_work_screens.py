"""The form that orders work for stock: by role, once per form, refusals beside their field, and who plans it again."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from production.models import WorkOrder
from production.services.recipes import retire_bom
from production.services.stock_work import make_for_stock
from production.services.work import cancel_work_order
from tests.factories.core import make_user
from tests.factories.inventory import make_item
from tests.factories.production import Plant, make_bom, make_plant, make_work_order

pytestmark = pytest.mark.django_db
NEW = "/production/workorders/new/"


@pytest.fixture(scope="module")
def plant_of_module(kept) -> Plant:
    return make_plant()


@pytest.fixture
def plant(plant_of_module, db) -> Plant:
    return deepcopy(plant_of_module)


@pytest.fixture
def lead(client):
    user = make_user("production_lead")
    client.force_login(user)
    return user


def typed(client, plant, **more):
    page = client.get(NEW).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    return {"key": key, "item": plant.product.pk, "qty": "2", "due_on": "", "warehouse": plant.warehouse.pk, **more}


def test_the_lead_orders_work_for_stock_once(client, lead, plant):
    form = typed(client, plant, due_on="+30")
    first = client.post(NEW, form)
    work = WorkOrder.objects.get()
    assert first.url == client.post(NEW, form).url == reverse("production:workorder_card", args=[work.pk])
    assert (work.qty, work.order_line, work.created_by) == (2, None, lead)
    assert work.due_on == timezone.localdate() + timedelta(days=30)
    card = client.get(first.url).content.decode()
    assert "for stock" in card and f"{work.pk}/plan/" in card
    assert client.post(NEW, {**form, "qty": "3"}).status_code == 409  # another content under the key of the first
    assert WorkOrder.objects.count() == 1


def test_it_is_offered_on_board_list_gantt_menu_and_palette(client, lead, plant):
    for name in ("workorder_board", "workorder_list", "workorder_gantt"):
        assert client.get(reverse(f"production:{name}")).content.decode().count(f'href="{NEW}"') >= 2
    assert f'href="{NEW}"' in client.get("/palette/", {"q": "> new work"}).content.decode()


@pytest.mark.parametrize("role", ["seller", "purchaser", "storekeeper", "operator", "director"])
def test_others_are_not_offered_it_and_may_not(client, plant, role):
    client.force_login(make_user(role))
    assert client.get(NEW).status_code == client.post(NEW, {}).status_code == 403
    assert client.get("/production/workorders/new/items/").status_code == 403
    assert NEW not in client.get(reverse("production:workorder_board")).content.decode()


def test_only_what_is_made_here_is_found(client, lead, plant):
    found = client.get("/production/workorders/new/items/").json()["results"]
    assert [row["id"] for row in found] == [plant.product.pk]
    assert not client.get("/production/workorders/new/items/", {"q": "GLS"}).json()["results"]
    bought = typed(client, plant, item=plant.item("GLS-8").pk)
    assert client.post(NEW, bought).status_code == 422


def test_what_is_wrong_stands_at_its_field_and_keeps_what_was_typed(client, lead, plant):
    answer = client.post(NEW, typed(client, plant, qty="-1"))
    assert answer.status_code == 422 and answer.context["form"].errors.keys() == {"qty"}
    assert 'value="-1"' in answer.content.decode()
    past = client.post(NEW, typed(client, plant, due_on="2020-01-01"))
    assert past.status_code == 409 and past.context["form"].errors.keys() == {"due_on"}
    retire_bom(bom_id=plant.product.boms.get().pk, on=timezone.localdate(), by=SYSTEM)
    without = client.post(NEW, typed(client, plant))
    assert without.status_code == 409 and "no active recipe" in without.content.decode()
    assert not WorkOrder.objects.exists()


def test_what_it_lost_is_planned_again_from_its_card(client, lead, plant):
    whole = make_item("whole", min_stock=0)
    make_bom(whole, [(plant.product, 1)])
    work = make_for_stock(
        item_id=whole.pk, qty=Decimal(2), warehouse_id=plant.warehouse.pk, at=timezone.now(), by=SYSTEM
    )
    part = WorkOrder.objects.get(item=plant.product)
    cancel_work_order(work_order_id=part.pk, at=timezone.now(), by=SYSTEM)
    assert client.post(reverse("production:workorder_plan", args=[work.pk])).status_code == 302
    assert WorkOrder.objects.filter(item=plant.product, status="planned").count() == 1
    client.force_login(make_user("seller"))
    assert client.post(reverse("production:workorder_plan", args=[work.pk])).status_code == 403


def test_work_for_an_order_is_planned_with_its_order(client, lead, plant):
    work = make_work_order(1, plant=plant)
    url = reverse("production:workorder_plan", args=[work.pk])
    assert url not in client.get(reverse("production:workorder_card", args=[work.pk])).content.decode()
    client.post(url)
    assert "plan that order" in client.get(reverse("production:workorder_card", args=[work.pk])).content.decode()


def test_a_tablet_leaves_a_column_out_until_somebody_chooses_it(client, lead, plant):
    address = reverse("production:workorder_list")
    make_work_order(1, plant=plant)
    assert client.get(address).content.decode().count("hide-sm hide-md") == 2, "head and cell of the order"
    chosen = client.get(address, {"columns": "item,order"}).content.decode()
    assert "hide-md" not in chosen[chosen.index('id="list"') :]


def test_the_plan_lists_work_for_stock_and_what_comes_too_late(client, lead, plant):
    work = make_for_stock(
        item_id=plant.product.pk, qty=Decimal(2), warehouse_id=plant.warehouse.pk, at=timezone.now(), by=SYSTEM,
        due_on=timezone.localdate(),
    )  # fmt: skip
    make_work_order(3, plant=plant)  # takes the two, and one of its own
    listed = client.get(reverse("production:plan"))
    assert [one.work for one, _words in listed.context["for_stock"]] == [work]
    assert "after it is needed" in listed.content.decode()
