"""Recipes on the screen: written once, circles refused, versions, what the card of an item says."""

from __future__ import annotations

import pytest
from django.urls import reverse

from production.models import BOM
from tests.factories.core import make_user
from tests.factories.inventory import make_item
from tests.factories.production import make_bom, make_center
from tests.production.screens import LEAD, D, page, words

pytestmark = pytest.mark.django_db


def recipe(item, *lines, steps=(), **more):
    data = {"item": item.pk if item else "", "batch_qty": "1", "key": "k", **more}
    for name, rows in (("lines", lines), ("steps", steps)):
        data |= {f"{name}-TOTAL_FORMS": len(rows), f"{name}-INITIAL_FORMS": 0}
        for number, row in enumerate(rows):
            data |= {f"{name}-{number}-{key}": value for key, value in row.items()}
    return data


class TestRecipes:
    url = "/production/boms/new/"

    def test_a_recipe_is_written_kept_once_and_put_into_force(self, client, lead):
        item, part, center = make_item(), make_item(), make_center()
        data = recipe(
            item,
            {"item": part.pk, "qty": "9,5", "scrap_pct": "4"},
            steps=[{"center": center.pk, "name": "Cut", "setup_minutes": "30", "run_minutes": "20"}],
            since="2026-03-01",
            until="2026-12-31",
        )
        for _again in range(2):
            assert client.post(self.url, data).status_code == 302
        bom = BOM.objects.get()
        assert (bom.status, bom.lines.get().scrap_pct, bom.operations.get().setup_minutes) == ("draft", D(4), D(30))
        assert bom.valid.upper.isoformat() == "2027-01-01"
        client.post(reverse("production:bom_activate", args=[bom.pk]))
        text = words(page(client, "bom_card", bom.pk))
        assert "Active" in text
        assert "9.88" in text
        client.post(reverse("production:bom_retire", args=[bom.pk]), {"on": "2026-06-01", "key": "r"})
        bom.refresh_from_db()
        assert bom.status == "retired"

    def test_a_circle_is_refused_at_the_component(self, client, lead):
        whole, part = make_item("WHOLE"), make_item("PART")
        make_bom(whole, [(part, 1)])
        answer = client.post(
            self.url, recipe(part, {"item": make_item().pk, "qty": "1"}, {"item": whole.pk, "qty": "1"})
        )
        html = answer.content.decode()
        assert answer.status_code == 409
        assert "PART would contain itself: PART → WHOLE → PART." in html
        assert html.index("contain itself") > html.index("lines-1-item")
        assert BOM.objects.count() == 1

    def test_a_new_version_begins_as_the_old_one_and_a_draft_is_changed(self, client, lead):
        bom = make_bom(parts=[(make_item("BOLT"), 3)])
        assert "BOLT" in client.get(self.url, {"from": bom.pk}).content.decode()
        draft = make_bom(bom.item, [(make_item(), 1)], active=False)
        url = reverse("production:bom_edit", args=[draft.pk])
        data = recipe(None, {"item": make_item().pk, "qty": "7"}, version=draft.version)
        assert client.post(url, data).status_code == 302
        assert draft.lines.get().qty == D(7)
        assert client.post(url, data).status_code == 409, "from an old version"
        assert client.post(url, recipe(None, {"item": "", "qty": "x"}, version=9)).status_code == 422

    def test_the_item_card_says_where_it_is_used_and_what_it_costs(self, client, plant):
        url = reverse("inventory:item_card", args=[plant.item("ALU-P").pk])
        client.force_login(make_user(LEAD))
        assert "Goes into" in client.get(url).content.decode()
        assert (
            "One piece by recipe"
            in client.get(reverse("inventory:item_card", args=[plant.product.pk])).content.decode()
        )
        client.force_login(make_user("seller"))
        assert "One piece by recipe" not in client.get(url).content.decode()
