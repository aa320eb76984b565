"""Suggestions know until when goods are needed: by the start of the work, or by the day the client was promised."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from core.actors import SYSTEM
from inventory.ports import sources
from inventory.selectors.proposals import plan_of
from production.models import WorkOrderMaterial
from sales.services.confirming import confirm_order
from tests.factories.inventory import make_supplier, make_terms, make_warehouse
from tests.factories.production import make_work_order
from tests.factories.sales import make_order, make_sold_item

pytestmark = pytest.mark.django_db


def test_material_is_needed_when_the_work_begins():
    work = make_work_order(3)
    material = WorkOrderMaterial.objects.filter(work_order=work)[0]
    keys = [f"production.material:{material.pk}", f"production.output:{work.pk}"]
    found = sources(keys, SYSTEM)
    assert found[keys[0]].needed_on == timezone.localtime(work.starts_at).date()
    assert found[keys[1]].needed_on is None, "what comes out needs nothing"


def test_a_suggestion_says_by_when_to_order():
    place, item = make_warehouse(), make_sold_item("10.00", replenishment="buy")
    make_terms(item, supplier=make_supplier(), price="4.00", lead_days=5)
    wished = date(2027, 3, 26)
    order = make_order([(item, 3)], warehouse=place, wished_on=wished)
    confirm_order(order_id=order.pk, at=timezone.now(), by=SYSTEM)
    proposal = plan_of(place, timezone.now(), SYSTEM).baskets[0].proposals[0]
    assert proposal.needed_on == wished
    assert proposal.order_by is not None and wished - timedelta(days=9) <= proposal.order_by < wished
    assert not proposal.is_late
