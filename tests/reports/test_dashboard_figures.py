"""The month at a glance and the campaign, as the dashboard shows them."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from reports import words
from reports.selectors.campaigns import campaign_result
from reports.selectors.funnel import month_funnel
from reports.selectors.period import Scope, business_zone, evening
from reports.selectors.sales import orders
from tests.factories.core import make_organization, make_user
from tests.reports.conftest import FIRST, LAST


def test_the_funnel_of_the_month(month, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        found = month_funnel(FIRST, LAST)
    assert (found.leads, found.converted, found.conversion_pct) == (5, 3, Decimal("60.00"))
    assert [row.reached for row in found.stages] == [3, 3, 2, 1, 1]
    assert [f"{row.step_pct:.1f}" for row in found.stages[1:]] == ["100.0", "66.7", "50.0", "100.0"]
    assert (found.win_rate_count_pct, found.win_rate_value_pct) == (Decimal("50.00"), Decimal("42.86"))
    assert found.open_weighted == Decimal("500.00")


def test_a_month_without_anything_has_zeros(month):
    found = month_funnel(date(2025, 1, 1), date(2025, 1, 31))
    assert (found.leads, found.won, found.open_weighted, found.conversion_pct) == (0, 0, 0, 0)


def test_the_campaign(month):
    found = campaign_result(month.campaign.pk, at=evening(LAST))
    assert (found.leads, found.new_clients, found.cost) == (2, 1, Decimal("300.00"))
    assert (found.cost_per_lead, found.cost_per_client) == (Decimal("150.00"), Decimal("300.00"))
    assert found.margin == Decimal("300.00")
    assert found.return_pct == Decimal("0.00")


def test_a_campaign_before_it_began_divides_by_nothing(month):
    found = campaign_result(month.campaign.pk, at=evening(date(2026, 2, 1)))
    assert (found.cost_per_lead, found.cost_per_client, found.return_pct) == (None, None, None)


def test_days_are_those_of_the_organisation(month):
    order = month.order
    organization = order.organization
    organization.time_zone = "Pacific/Auckland"  # noon in UTC is the small hours of the next day there
    organization.save()
    scope = Scope(date(2026, 3, 20), date(2026, 3, 20), (organization.pk,))
    assert not orders(scope).exists()
    assert orders(Scope(date(2026, 3, 21), date(2026, 3, 21), (organization.pk,))).get() == order


def test_organisations_of_several_zones_are_counted_in_that_of_the_installation(month):
    make_organization(time_zone="Asia/Tokyo")
    assert str(business_zone()) == "UTC"
    assert str(business_zone([month.order.organization_id])) == month.order.organization.time_zone


@pytest.mark.parametrize(
    ("language", "small", "large"),
    [("en", "€9,999.99", "€12,346"), ("de", "9.999,99 €", "12.346 €"), ("ru", "9 999,99 €", "12 346 €")],
)
def test_amounts_stand_as_the_language_writes_them(language, small, large):
    with translation.override(language):
        shown = [words.money(Decimal(amount), "EUR").replace("\xa0", " ") for amount in ("9999.99", "12345.67")]
    assert shown == [small, large]


def test_a_ratio_of_nothing_is_no_zero(month, client):
    client.force_login(make_user("director"))
    page = client.get(reverse("reports:indicator", args=["installed_on_time"]) + "?period=2026-03")
    assert (page.context["value"], page.context["total"], page.context["agrees"]) == ("–", "–", True)
