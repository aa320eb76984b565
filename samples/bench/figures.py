"""Work with deals, stock and money: boards, and lists and reports over everything there is."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from django.db.models import Max, Min
from django.urls import reverse

from core.models import User
from inventory.models import Item
from sales.choices import DealStatus, StageCategory
from sales.models import Deal, Pipeline, Stage
from samples.bench.units import Browser, Unit, expect
from samples.volume.company import FIRST_USER
from samples.volume.plan import STAGES

ALL_CARDS = "&".join(f"show-stage-{step}=100" for step in range(1, STAGES + 1))


def boards(count: int, dice: Random) -> Iterator[Unit]:
    """The board of one pipeline after another as it opens: the first cards of each column."""
    for code in _pipelines("code", count):
        yield Unit(f"{reverse('sales:deal_board')}?pipeline={code}", ('class="dcard',))


def whole_boards(count: int, dice: Random) -> Iterator[Unit]:
    """The same boards with all their open deals as cards."""
    for unit in boards(count, dice):
        yield Unit(f"{unit.path}&{ALL_CARDS}", unit.words)


def _pipelines(field: str, count: int) -> list[Any]:
    """Of one pipeline after another, over and over."""
    found = list(Pipeline.objects.filter(is_active=True).order_by("pk").values_list(field, flat=True))
    return [found[number % len(found)] for number in range(count)]


def moves(count: int, dice: Random) -> Iterator[Unit]:
    """An open deal goes to the stage beside its own, and in the next run back: the set stays alike."""
    pairs: dict[int, str] = {}
    stages = list(Stage.objects.filter(category=StageCategory.OPEN).order_by("pipeline", "position"))
    for one, other in zip(stages[::2], stages[1::2], strict=True):
        pairs |= {one.pk: other.code, other.pk: one.code}
    theirs = Deal.objects.visible_to(User.objects.get(email=FIRST_USER), "sales.move_deal")
    rows = theirs.filter(status=DealStatus.OPEN).order_by("-pk").values_list("pk", "stage", "version")
    for deal, stage, version in rows[:count]:
        data = (("record", str(deal)), ("to", pairs[stage]), ("version", str(version)))
        yield Unit(reverse("sales:deal_board"), (f'id="card-{deal}"',), deal, data)


def move_deal(browser: Browser, unit: Unit) -> None:
    """A card let go of over another column."""
    expect(browser.post_part(unit.path, dict(unit.data)), *unit.words)


def stock_pages(count: int, dice: Random) -> Iterator[Unit]:
    """The first page of the list of stock, of all warehouses."""
    for _number in range(count):
        yield Unit(reverse("inventory:stock_list"), ('id="list"',))


def stock_files(count: int, dice: Random) -> Iterator[Unit]:
    """What is on hand, reserved and free of every item, as a file."""
    last = Item.objects.aggregate(last=Max("sku"))["last"]
    for _number in range(count):
        path = f"{reverse('inventory:stock_export')}?columns=item,sku,on_hand,reserved,available"
        yield Unit(path, (str(last),))


def funnels(count: int, dice: Random) -> Iterator[Unit]:
    """Where the deals of one pipeline after another stand now."""
    for pipeline in _pipelines("pk", count):
        yield Unit(f"{reverse('reports:funnel')}?mode=stage&pipeline={pipeline}", ('id="chart-title"',))


def conversions(count: int, dice: Random) -> Iterator[Unit]:
    """How far all deals of one pipeline after another came, by the month in which they were opened."""
    ages = Deal.objects.aggregate(first=Min("opened_at"), last=Max("opened_at"))
    period = f"since={ages['first']:%Y-%m-%d}&until={ages['last']:%Y-%m-%d}" if ages["first"] else ""
    for pipeline in _pipelines("pk", count):
        yield Unit(f"{reverse('reports:funnel')}?pipeline={pipeline}&{period}", ('id="chart-title"',))


def receivables(count: int, dice: Random) -> Iterator[Unit]:
    """Who owes how much since when."""
    for _number in range(count):
        yield Unit(reverse("finance:receivables"), ('id="parties"',))
