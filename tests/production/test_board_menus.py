"""The board of work centres: the menu of a column, folding, planning at a centre, one order only."""

from __future__ import annotations

import pytest
from django.urls import reverse

from production.models import WorkOrder
from tests.factories.core import make_user
from tests.factories.production import make_center, make_plant, make_work_order

pytestmark = pytest.mark.django_db
BOARD = "/production/workorders/board/"


@pytest.fixture
def plant():
    return make_plant()


@pytest.fixture
def work(plant) -> WorkOrder:
    return make_work_order(1, plant=plant)


@pytest.fixture
def lead(client):
    user = make_user("production_lead")
    client.force_login(user)
    return user


def page(client, asked="") -> str:
    return client.get(f"{BOARD}?show=waiting{asked}").content.decode()


def test_the_menu_leads_to_what_the_user_may(client, work, plant, lead):
    cut = plant.centers["CUT"]
    html = page(client)
    table = f"{reverse('production:workorder_list')}?open=true&amp;center={cut.pk}"
    places = [reverse(f"production:{name}", args=[cut.pk]) for name in ("center_card", "floor_center", "center_block")]
    for address in (table, *places):
        assert f'href="{address}"' in html
    assert client.get(table.replace("&amp;", "&")).status_code == 200
    client.force_login(make_user("seller"))
    html = page(client)
    assert f'href="{places[0]}"' in html
    assert f'href="{places[1]}"' not in html
    assert f'href="{places[2]}"' not in html


def test_a_folded_column_keeps_its_name_and_unfolds(client, work, plant, lead):
    cut, asm = plant.centers["CUT"], plant.centers["ASM"]
    html = page(client, f"&folded={cut.pk}&folded=nonsense")
    assert f"Unfold {cut.name}" in html
    assert f"Unfold {asm.name}" not in html
    assert html.count(f'href="{reverse("production:workorder_card", args=[work.pk])}"') == 1
    assert f'name="folded" value="{cut.pk}"' in html, "searching leaves it folded"


def test_one_order_or_what_is_for_stock(client, work, plant, lead):
    order = work.order_line.order
    card = reverse("production:workorder_card", args=[work.pk])
    assert card in page(client, f"&order={order.pk}")
    assert f"order={order.pk}" in page(client)
    assert card not in page(client, "&order=stock")
    assert card not in page(client, f"&order={order.pk + 1}")
    assert card in page(client, "&order=nonsense")


def test_plan_here_offers_what_passes_the_centre(client, plant, work, lead):
    cut, other = plant.centers["CUT"], make_center("LAST", branch=plant.branch)
    new = reverse("production:workorder_new")
    assert f"{new}?center={cut.pk}" in page(client)
    assert f"passes {cut.name}" in client.get(f"{new}?center={cut.pk}").content.decode()
    offers = reverse("production:made_items")
    found = client.get(f"{offers}?center={cut.pk}&q=GP").json()["results"]
    assert [row["id"] for row in found] == [plant.product.pk]
    assert client.get(f"{offers}?center={other.pk}").json()["results"] == []
    data = {"item": plant.product.pk, "qty": "1", "warehouse": plant.warehouse.pk}
    assert client.post(f"{new}?center={other.pk}", data).status_code == 422
    assert client.post(f"{new}?center={cut.pk}", data).status_code == 302
    assert client.get(f"{new}?center=0").status_code == 404


def test_who_may_not_make_for_stock_is_offered_no_planning(client, work, plant):
    client.force_login(make_user("operator"))
    assert "Plan here" not in page(client)
