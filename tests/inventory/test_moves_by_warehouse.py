"""Whoever is limited to a warehouse sees the moves into and out of it, and no others of its branch."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core import policy
from core.actors import SYSTEM
from core.models import RoleAssignment
from inventory.models import StockMove
from inventory.services.moves import Shift, transfer_goods
from tests.factories.core import make_user
from tests.factories.inventory import NOON, make_item, make_warehouse, stock_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def moves():
    """Goods of two warehouses of one branch, and a transfer from the one to the other."""
    here = make_warehouse(name="Here")
    there = make_warehouse(name="There", branch=here.branch)
    item = make_item()
    mine, theirs = stock_up(item, here, 5, 50), stock_up(make_item(), there, 5, 50)
    shift = Shift(item_id=item.pk, from_warehouse_id=here.pk, to_warehouse_id=there.pk, qty=2, source_key="shift")
    transfer_goods(shifts=[shift], at=NOON, by=SYSTEM, branch_id=here.branch_id)
    across = set(StockMove.objects.exclude(pk__in=[mine.pk, theirs.pk]))
    return here, there, mine, theirs, across


def keeper_of(warehouse):
    user = make_user("storekeeper")
    RoleAssignment.objects.filter(user=user).update(warehouse_ids=[warehouse.pk])
    policy.forget_rights(user)
    return user


def test_a_storekeeper_sees_the_moves_of_his_warehouse(client, moves):
    here, _there, mine, theirs, across = moves
    user = keeper_of(here)
    seen = set(StockMove.objects.visible_to(user))
    assert mine in seen and theirs not in seen
    assert any(move.from_location.warehouse_id == here.pk for move in seen & across)
    assert all(policy.allows(user, "inventory.view_stockmove", move) for move in seen)
    assert not policy.allows(user, "inventory.view_stockmove", theirs)
    client.force_login(user)
    assert client.get(reverse("inventory:move_card", args=[mine.pk])).status_code == 200
    assert client.get(reverse("inventory:move_card", args=[theirs.pk])).status_code == 404


def test_a_transfer_is_seen_from_both_ends(moves):
    here, there, _mine, _theirs, across = moves
    for place in (here, there):
        seen = set(StockMove.objects.visible_to(keeper_of(place)))
        touching = {m for m in across if place.pk in (m.from_location.warehouse_id, m.to_location.warehouse_id)}
        assert touching and touching <= seen


def test_who_is_not_limited_sees_all(moves):
    assert StockMove.objects.visible_to(make_user("storekeeper")).count() == StockMove.objects.count()
