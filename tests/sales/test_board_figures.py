"""The figures of a board agree with what one would count deal by deal, for every view and every order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q

from core.actors import SYSTEM
from core.models import User
from crm.selectors.steps import steps_of
from crm.services.tasks import create_task
from sales.models import Deal
from sales.selectors.board_figures import Asked, Care, Places, figures, health, lines_of, weighted
from sales.selectors.closing import month_key, months_ahead
from sales.services.deals import lose_deal, move_deal
from sales.views.board_tabs import TABS
from tests.factories.core import make_user
from tests.factories.crm import make_legal_entity
from tests.factories.sales import make_deal

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)
TODAY, SINCE = NOW.date(), NOW - timedelta(days=30)
MONTHS = months_ahead(TODAY, 3)


@pytest.fixture
def me() -> User:
    return make_user("seller")


@pytest.fixture
def deals(me: User) -> list[Deal]:
    """Thirty of all kinds: mine and others', with a step planned, late, without a day or without one, some lost."""
    dice = Random(7)  # noqa: S311 - the same deals each time
    other, entity = make_user("seller"), make_legal_entity()
    made = []
    for number in range(30):
        day = dice.choice([None, TODAY - timedelta(days=9), TODAY, TODAY + timedelta(days=dice.randrange(20, 150))])
        deal = make_deal(
            owner=dice.choice([me, other]), entity=entity, amount=dice.choice([100, 250, 250]), expected_close=day,
            at=NOW - timedelta(days=60),
        )  # fmt: skip
        move_deal(deal_id=deal.pk, stage_code=dice.choice(["qualified", "estimate"]), at=SINCE, by=SYSTEM)
        for due in dice.choice([[], [-5], [5, 3], [None, 4], [None]]):
            at = None if due is None else NOW + timedelta(hours=due)
            create_task(title="Call", due_at=at, assignee_id=other.pk, links=[deal], by=SYSTEM)
        if number % 7 == 0:
            lose_deal(deal_id=deal.pk, reason="price", at=SINCE + timedelta(days=number - 5), by=SYSTEM)
        made.append(deal)
    return list(Deal.objects.filter(Q(status="open") | Q(closed_at__gte=SINCE)).order_by("pk"))


def care_of(deal: Deal, steps: dict[int, Any]) -> Care:
    if deal.status != "open":
        return Care.CLOSED
    step = steps.get(deal.pk)
    if step is None:
        return Care.MISSING
    return Care.LATE if step.due_at and step.due_at < NOW else Care.PLANNED


def is_kept(tab: str, deal: Deal, care: Care, me: User) -> bool:
    month = deal.expected_close is not None and (deal.expected_close.year, deal.expected_close.month) == (2026, 3)
    return {
        "": True,
        "mine": deal.owner_id == me.pk,
        "month": care == Care.CLOSED or month,
        "attention": care in (Care.LATE, Care.MISSING),
    }[tab]


def ordered(deals: list[Deal], steps: dict[int, Any], order: str) -> list[int]:
    def usual(deal: Deal) -> tuple[Any, ...]:
        care = care_of(deal, steps)
        if care == Care.CLOSED:
            assert deal.closed_at
            return (care, -deal.closed_at.timestamp(), -deal.pk)
        step = steps.get(deal.pk)
        due = step.due_at.timestamp() if step is not None and step.due_at else float("inf")
        return (care, due, -deal.amount, -deal.pk)

    keys = {
        "": usual,
        "amount": lambda deal: (-deal.amount, -deal.pk),
        "closing": lambda deal: (deal.expected_close or date.max, -deal.amount, -deal.pk),
        "newest": lambda deal: (-deal.pk,),
    }
    return [deal.pk for deal in sorted(deals, key=keys[order])]  # type: ignore[arg-type]


def found_by(me: User, **more: Any) -> Any:
    return figures(lines_of(Deal.objects.all(), closed_since=SINCE), Asked(me.pk, NOW, TODAY, **more))


@pytest.mark.parametrize("order", ["", "amount", "closing", "newest"])
@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.key or "all")
def test_sums_and_cards_are_those_of_the_deals(me: User, deals: list[Deal], tab: Any, order: str) -> None:
    steps = steps_of(Deal, [deal.pk for deal in deals if deal.status == "open"])
    kept = [deal for deal in deals if is_kept(tab.key, deal, care_of(deal, steps), me)]
    stages = {deal.stage_id for deal in deals}
    found = found_by(me, keeps=tab.sql, cards=dict.fromkeys(stages, (4, order)))

    groups = tab.of(found.groups)
    for stage in stages:
        mine, here = [g for g in groups if g.place == stage], [d for d in kept if d.stage_id == stage]
        cares = [care_of(deal, steps) for deal in here]
        assert sum(group.deals for group in mine) == len(here)
        assert sum(group.amount for group in mine) == sum(deal.amount for deal in here)
        still_open = [deal for deal in here if deal.status == "open"]
        assert weighted(mine) == sum((d.amount * d.probability / 100 for d in still_open), Decimal(0))
        bar = health(mine)
        assert [bar.late, bar.missing, bar.planned] == [cares.count(Care(care)) for care in range(3)]
        assert [pk for place, pk in found.chosen if place == stage] == ordered(here, steps, order)[:4]
    assert tab.count(found.groups) == sum(deal.status == "open" for deal in kept)
    chosen = {pk for _place, pk in found.chosen}
    assert found.steps == {pk: steps[pk].pk if pk in steps else None for pk in chosen}


def test_a_forecast_puts_open_deals_into_the_months_they_close_in(me: User, deals: list[Deal]) -> None:
    still_open = [deal for deal in deals if deal.status == "open"]
    places = {deal.pk: month_key(deal.expected_close, TODAY, MONTHS) for deal in still_open}
    found = found_by(me, places=Places(tuple(MONTHS)), cards=dict.fromkeys(places.values(), (50, "")))
    assert {pk: place for place, pk in found.chosen} == places
    assert sum(group.deals for group in found.groups) == len(still_open)
    assert len(set(places.values())) > 3


def test_a_deal_is_found_wherever_it_stands_and_only_there(me: User, deals: list[Deal]) -> None:
    steps = steps_of(Deal, [deals[1].pk])
    found = found_by(me, deal=deals[1].pk)
    assert found.has_deal
    assert found.chosen == []
    assert found.steps == {deals[1].pk: steps[deals[1].pk].pk if steps else None}
    assert not found_by(me, deal=0).has_deal


OTHER_INDEXES = """
SELECT quote_ident(indexname) FROM pg_indexes WHERE tablename = 'sales_deal' AND indexname <> 'deal_closed_here'
AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE conrelid = 'sales_deal'::regclass)
"""


def test_closed_deals_of_a_pipeline_are_found_by_their_day(me: User, deals: list[Deal]) -> None:
    lately = Deal.objects.filter(pipeline=deals[0].pipeline_id, status__in=["won", "lost"], closed_at__gte=SINCE)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(OTHER_INDEXES)  # on a few rows the planner takes any of them
        cursor.execute(f"DROP INDEX {', '.join(name for (name,) in cursor.fetchall())}")
        plan = lately.order_by().explain()
    assert "deal_closed_here" in plan, plan
