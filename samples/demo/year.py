"""Puts the year together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.test.utils import override_settings

from core.calendars import Calendar
from core.choices import Weekday
from crm.models import LegalEntity
from inventory.services import purchasing
from samples.demo import company as companies
from samples.demo import money, offers, under_way, webforms, works
from samples.demo.company import Company
from samples.demo.counter import month_ends, sell_from_stock
from samples.demo.fulfilment import place_drafts
from samples.demo.selling import request
from samples.demo.service import be_on_site
from samples.demo.stores import stand_today
from samples.demo.timeline import Happening, Timeline

DAYS = 365
REQUESTS = 56
SEED = 2026


def live_through(
    *,
    until: datetime,
    seed: int = SEED,
    requests: int = REQUESTS,
    days: int = DAYS,
    progress: Callable[[float], None] | None = None,
) -> Company:
    """Create the company `days` before `until` and live through its history. Needs an empty database."""
    fixture = companies.fixture()
    timeline = Timeline(calendar=_calendar(fixture), seed=seed, until=until)
    since = until - timedelta(days=days)
    with override_settings(EVENTS_DELIVERY="inline"):
        company = companies.found(fixture, timeline, since=since)
        companies.set_targets(company, since=since, until=until)
        for number in range(requests):
            at = since + timedelta(days=days) * (number + timeline.random.random()) / requests
            timeline.add(timeline.working_hour(at.replace(second=0, microsecond=0)), request(company, number))
        timeline.add(since + timedelta(days=7), _weekly_purchases(company))
        for at in month_ends(since, until, timeline):
            timeline.add(at, sell_from_stock(company))
        timeline.run(progress)
        webforms.lately(company, webforms.open_form(company))
        under_way.fill(sellers=company.sellers, head=company.users["head_of_sales"], until=until)
        offers.leave_open(
            sellers=company.sellers,
            planner=company.users["production_lead"],
            items={sku: item.pk for sku, item in company.world.items.items()},
            branch_id=company.world.branch.pk,
            warehouse_id=company.world.warehouse.pk,
            at=until,
        )
        works.go_on(until)
        money.fill(account=company.world.account, accountant=company.users["accountant"], until=until)
        buyers = LegalEntity.objects.filter(client__is_customer=True).order_by("pk")[:3]
        stand_today(company.users, company.world.warehouse, list(buyers), until - timedelta(minutes=20))
        be_on_site(company.users, company.world.warehouse, list(buyers), until - timedelta(minutes=15))
    return company


def _calendar(fixture: dict) -> Calendar:  # type: ignore[type-arg]
    given = fixture["calendar"]
    return Calendar(
        zone=ZoneInfo(given["time_zone"]),
        shifts={
            Weekday[day.upper()].value: tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in stretches)
            for day, stretches in given["shifts"].items()
        },
    )


def _weekly_purchases(company: Company) -> Happening:
    """Every Monday morning: fill up what fell below its safety stock."""
    while True:
        purchasing.propose_purchases(
            warehouse_id=company.world.warehouse.pk,
            at=company.timeline.now,
            by=company.users["purchaser"],
            reason="Weekly replenishment",
        )
        place_drafts(company)
        yield company.timeline.morning(5)
