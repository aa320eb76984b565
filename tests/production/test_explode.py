"""Looking down and up the recipes, and rolling costs up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Item
from production.models import BOMLine
from production.selectors.boms import active_boms, explode, roll_up_cost, where_used
from tests.factories.inventory import make_item
from tests.factories.production import make_bom, make_center

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 11)


def bicycle() -> dict[str, Item]:
    """A bike of two wheels and a frame; each wheel of 32 spokes and a rim; a frame of 2 m of tube."""
    items = {name: make_item(name, standard_cost=cost) for name, cost in [
        ("bike", 0), ("wheel", 0), ("frame", 0), ("spoke", "0.25"), ("rim", 9), ("tube", "4.1234"), ("paint", "0.5"),
    ]}  # fmt: skip
    center = make_center("WELD", rate=30)
    make_bom(items["wheel"], [(items["spoke"], 32), (items["rim"], 1)], [(center, 5, 3)])
    make_bom(items["frame"], [(items["tube"], 2, 10), (items["paint"], "0.3")])
    make_bom(items["bike"], [(items["wheel"], 2), (items["frame"], 1), (items["paint"], "0.1")], [(center, 10, 20)])
    return items


def test_an_explosion_lists_every_place_of_every_component():
    items = bicycle()
    names = {item.pk: name for name, item in items.items()}
    rows = explode(items["bike"].pk, Decimal(10), TODAY)
    assert [(row.level, names[row.item_id], row.qty, row.is_leaf) for row in rows] == [
        (1, "wheel", Decimal(20), False),
        (2, "spoke", Decimal(640), True),
        (2, "rim", Decimal(20), True),
        (1, "frame", Decimal(10), False),
        (2, "tube", Decimal(22), True),
        (2, "paint", Decimal(3), True),
        (1, "paint", Decimal(1), True),
    ]
    assert rows[1].path == (items["bike"].pk, items["wheel"].pk, items["spoke"].pk)


def test_where_used_climbs_to_every_product():
    items = bicycle()
    names = {item.pk: name for name, item in items.items()}
    rows = where_used(items["paint"].pk, TODAY)
    assert [(row.level, names[row.item_id], row.qty) for row in rows] == [
        (1, "bike", Decimal("0.1")),
        (1, "frame", Decimal("0.3")),
        (2, "bike", Decimal("0.3")),
    ]


def test_costs_roll_up_over_levels():
    items = bicycle()
    cost = roll_up_cost(items["bike"].pk, Decimal(2), TODAY)
    # 128 spokes, 4 rims, 4.4 m of tube, 0.8 paint; wheels 5 + 4 × 3, bikes 10 + 2 × 20 minutes at 0.50.
    assert cost.material == Decimal("32") + Decimal("36") + Decimal("18.142960") + Decimal("0.4")
    assert (cost.labour, cost.total) == (Decimal("33.5"), cost.material + Decimal("33.5"))
    assert {row.code: row.qty for row in cost.work} == {"WELD": Decimal(67)}


def test_lines_and_recipes_out_of_their_period_do_not_count():
    whole, part, old = make_item(), make_item(), make_item()
    bom = make_bom(whole, [(part, 1), (old, 1)], valid_from=date(2026, 3, 1))
    BOMLine.objects.filter(item=old).update(valid=(None, TODAY))
    assert [row.item_id for row in explode(whole.pk, Decimal(1), TODAY)] == [part.pk]
    assert where_used(old.pk, TODAY) == []
    assert explode(whole.pk, Decimal(1), date(2026, 2, 1)) == []
    assert [row.pk for row in active_boms([whole.pk], TODAY)] == [bom.pk]


@pytest.mark.parametrize("selector", [explode, roll_up_cost])
def test_statements_depend_on_levels_not_on_width(selector):
    counts = []
    for width in (3, 30):
        whole = make_item()
        parts = [make_item() for _number in range(width)]
        for part in parts:
            make_bom(part, [(make_item(), 1)])
        make_bom(whole, [(part, 1) for part in parts])
        with CaptureQueriesContext(connection) as statements:
            selector(whole.pk, Decimal(1), TODAY)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 10
