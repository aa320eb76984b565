"""Targets: set once, revised with a word, shown against what was reached."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.actors import SYSTEM
from core.errors import NotAllowed
from reports.errors import PlanIsFixed, UnknownIndicator
from reports.indicators import Params, indicator
from reports.models import KPIPlan
from reports.selectors.plan_table import plan_table
from reports.selectors.plans import revenue_attainment
from reports.services.plans import set_plan
from tests.factories.core import make_user
from tests.reports.conftest import FIRST, LAST

MARCH = date(2026, 3, 15)


def test_stands_on_the_first_of_the_month_and_meets_what_was_ordered(month):
    plan = set_plan(person_id=month.seller.pk, indicator="revenue", month=MARCH, target=Decimal(1200), by=SYSTEM)
    assert plan.month == date(2026, 3, 1)
    found = revenue_attainment()
    assert [(row.person_id, row.year, row.target, row.actual) for row in found] == [
        (month.seller.pk, 2026, Decimal("1200.00"), Decimal("300.0000"))
    ]
    assert found[0].pct == Decimal(25)


def test_the_same_target_again_changes_nothing(month):
    for _turn in range(2):
        plan = set_plan(person_id=month.seller.pk, indicator="revenue", month=MARCH, target=Decimal(1200), by=SYSTEM)
    assert plan.version == 1
    assert KPIPlan.objects.count() == 1


def test_a_fixed_one_changes_only_as_a_revision(month):
    wish = {"person_id": month.seller.pk, "indicator": "revenue", "month": MARCH, "by": SYSTEM}
    set_plan(target=Decimal(1200), **wish)
    with pytest.raises(PlanIsFixed):
        set_plan(target=Decimal(900), **wish)
    assert set_plan(target=Decimal(900), revision=True, **wish).version == 2
    assert KPIPlan.objects.get().target == 900


def test_refuses_unknown_figures_and_people_without_the_right(month):
    with pytest.raises(UnknownIndicator):
        set_plan(person_id=month.seller.pk, indicator="luck", month=MARCH, target=Decimal(1), by=SYSTEM)
    with pytest.raises(NotAllowed):
        set_plan(person_id=month.seller.pk, indicator="revenue", month=MARCH, target=Decimal(1), by=make_user("seller"))
    assert not KPIPlan.objects.exists()


def test_the_database_keeps_one_target_per_month(month):
    fields = {"person": month.seller, "indicator": "revenue", "month": date(2026, 3, 1), "target": 1}
    KPIPlan.objects.create(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        KPIPlan.objects.create(**fields)


def test_the_page_sets_the_plan_that_the_dashboard_shows(month, client):
    head = make_user(roles=["head_of_sales", "director"])
    client.force_login(head)
    page = reverse("reports:plan_list")
    sent = {"person": month.seller.pk, "month": "2026-03", "of": "won_amount", "target": "1250.50"}
    answer = client.post(page, sent)
    assert (answer.status_code, answer.url) == (302, f"{page}?month=2026-03&of=won_amount")
    assert KPIPlan.objects.get().indicator == "won_amount"
    (row,) = (row for row in plan_table(MARCH, head, "won_amount") if row.person == month.seller)
    params = Params(FIRST, LAST, reader=head)
    assert (row.target, row.fact) == (Decimal("1250.50"), indicator("won_amount").value_for(params))
    text = client.get(answer.url).content.decode()
    assert 'value="1250.50"' in text
    assert "The dashboard shows this plan." in text
    (row,) = (row for row in plan_table(MARCH, head, "won_deals") if row.person == month.seller)
    assert (row.target, row.fact) == (None, 1)
    assert "The dashboard shows this plan." not in client.get(f"{page}?month=2026-03&of=luck").content.decode()
