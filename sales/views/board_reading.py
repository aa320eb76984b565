"""What the columns of the board of deals say, and which cards stand first in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.utils import timezone
from django.utils.safestring import SafeString

from core.access import scope
from core.selectors.currency import home_currency
from core.ui.shown_columns import Shown
from crm.selectors.steps import chosen_steps, steps_of
from sales.models import Deal
from sales.selectors.board import Health, board_cards
from sales.selectors.board_figures import (
    ORDERS,
    Alike,
    Asked,
    Figures,
    Place,
    Places,
    figures,
    health,
    lines_of,
    lines_of_pipeline,
    weighted,
)
from sales.views.board_heads import head
from sales.views.board_tabs import TABS, Tab, tab_of
from sales.views.deal_cards import Pen
from sales.views.deal_layouts import CARRIED

CLOSED_SHOWN = timedelta(days=30)


@dataclass
class StageShown(Shown):
    """A stage with its weighted value and the state of its next steps."""

    weight: Decimal = Decimal(0)
    chance: int | None = 0  # None where the column holds deals of many chances
    health: Health = field(default_factory=Health)
    currency: str = ""

    @property
    def head(self) -> SafeString:
        return head(self)


class StageFigures:
    """Counts, sums and cards of the columns; the board knows its pipeline and what narrows it."""

    def read(self: Any, keys: Sequence[str], *, with_cards: bool) -> None:
        """What the columns say, all or those named, and which cards stand first in them (one statement)."""
        self.now = timezone.now()
        wanted: dict[Place, tuple[int, str]] = {}
        if with_cards:
            limits = self.limits()
            for key in keys or self.by_key:
                order = self.standing.order_of(key)
                wanted[self.place_of(key)] = (limits[key], order if order in ORDERS else "")
        asked = Asked(
            self.actor.pk, self.now, timezone.localdate(self.now), self.tab.sql, self.places, wanted, self.looked_for
        )
        try:
            self.figures = figures(self.lines(keys, self.now - CLOSED_SHOWN), asked)
        except EmptyResultSet:
            self.figures = Figures()

    def lines(self: Any, keys: Sequence[str], closed_since: datetime) -> tuple[str, Sequence[Any]]:
        """The deals that may stand in some columns, or in any where none is named."""
        stages = [self.stages[key].pk for key in keys]
        if not any(self.request.GET.get(name) for name in CARRIED):
            within = scope.current(self.request)
            return lines_of_pipeline(self.pipeline.pk, self.actor, within, closed_since=closed_since, stages=stages)
        rows = self.everything().filter(stage__any=set(stages)) if stages else self.everything()
        return lines_of(rows, closed_since=closed_since)

    @property
    def places(self: Any) -> Places:
        """What tells the column of a deal: its stage."""
        return Places()

    def place_of(self: Any, key: str) -> Place:
        """How the figures name a column."""
        return self.stages[key].pk

    def chance_of(self: Any, key: str) -> int | None:
        return self.stages[key].probability

    @property
    def tab(self: Any) -> Tab:
        return tab_of(self.request.GET.get("tab", ""))

    def heads(self: Any, *keys: str) -> dict[str, Shown]:
        self.read(keys, with_cards=False)
        return self._shown(keys)

    def _shown(self: Any, keys: Sequence[str]) -> dict[str, Shown]:
        """The columns as what was read says, without cards (no statement)."""
        groups = self.figures.groups
        if not keys:
            self.counted = {tab.key: tab.count(groups) for tab in TABS}
        self.kept = self.tab.of(groups)
        placed: dict[Place, list[Alike]] = {}
        for group in self.kept:
            placed.setdefault(group.place, []).append(group)
        limits, currency = self.limits(), home_currency()
        shown: dict[str, Shown] = {}
        for key in keys or self.by_key:
            mine = placed.get(self.place_of(key), [])
            shown[key] = StageShown(
                self.by_key[key],
                count=sum(group.deals for group in mine),
                total=sum((group.amount for group in mine), Decimal(0)),
                limit=limits[key],
                weight=weighted(mine),
                chance=self.chance_of(key),
                health=health(mine),
                currency=currency,
            )
        return self.with_menus(shown)  # type: ignore[arg-type,return-value]

    def filled(self: Any, *keys: str) -> list[Shown]:
        """The columns with their first cards (three statements, whatever the number of columns and deals)."""
        self.read(keys, with_cards=True)
        shown = self._shown(keys)
        found = board_cards([pk for _place, pk in self.figures.chosen])
        placed = [(place, found[pk]) for place, pk in self.figures.chosen if pk in found]
        self.dress([card for _place, card in placed])
        columns = {self.place_of(key): column for key, column in shown.items()}
        for place, card in placed:
            columns[place].cards.append(card)
        return list(shown.values())

    def dress(self: Any, cards: Sequence[Any]) -> None:
        """Draw them, with the days in the stage, the next step and what is wrong with it (one statement at most)."""
        known = getattr(self, "figures", Figures()).steps
        keys = [card.pk for card in cards]
        steps = chosen_steps(known, keys) if all(key in known for key in keys) else steps_of(Deal, keys)
        stages = {} if self.layout == "board" else {code: stage.name for code, stage in self.stages.items()}
        Pen(self.actor, timezone.now(), steps, may_move=self.may_move, stages=stages).draw(cards)
