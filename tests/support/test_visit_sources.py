"""The warehouse can name the visit behind parts that were used on site."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from core.actors import SYSTEM
from inventory.choices import MoveKind
from inventory.models import StockMove
from inventory.ports import sources
from support.services.visits import finish_visit
from tests.factories.core import make_user
from tests.factories.inventory import make_item, make_warehouse, stock_up
from tests.factories.support import make_installable_order, make_report, make_visit

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 25, 14, 20, tzinfo=UTC)


@pytest.fixture
def used():
    """The move of a part that a crew used."""
    warehouse, seal = make_warehouse(), make_item("SEAL")
    stock_up(seal, warehouse, 10, "63.50")
    visit = make_visit(make_installable_order(warehouse))
    report = make_report(parts={seal.pk: Decimal(2)})
    finish_visit(visit_id=visit.pk, report=report, at=AT, by=SYSTEM)
    return visit, StockMove.objects.get(kind=MoveKind.SITE_ISSUE)


def test_parts_of_a_visit_say_whose_they_are(used, django_assert_num_queries):
    visit, move = used
    planner = make_user("production_lead")
    with django_assert_num_queries(1):
        source = sources([move.source_key, "support.visit:0:1", "support.visit:x"], SYSTEM)[move.source_key]
    assert (source.label, source.note) == (visit.number, "Crew 2")
    assert sources([move.source_key], planner)[move.source_key].url == reverse("support:visit_card", args=[visit.pk])


def test_who_may_not_see_visits_gets_no_way_there(used):
    _visit, move = used
    source = sources([move.source_key], make_user("marketer"))[move.source_key]
    assert source.url == ""


def test_the_list_of_moves_leads_to_the_visit(client, used):
    visit, _move = used
    client.force_login(make_user("director"))
    assert reverse("support:visit_card", args=[visit.pk]) in client.get(reverse("inventory:move_list")).text
