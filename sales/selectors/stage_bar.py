"""How far a deal is: its stages in order, and how long it stood in each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sales.choices import DealStatus, StageCategory
from sales.models import Deal, Stage
from sales.selectors.funnel import stage_hours

DAY = Decimal(24)


@dataclass(frozen=True)
class StageStep:
    """One stage of the bar. `hours` None: the deal never stood here; `state` is done, now or "" (ahead)."""

    code: str
    name: str
    hours: Decimal | None
    state: str
    longest: int | None = None

    @property
    def days(self) -> int:
        return int(self.hours / DAY) if self.hours is not None else 0

    @property
    def is_over(self) -> bool:
        return self.state == "now" and self.longest is not None and self.hours is not None and self.days > self.longest


def stage_bar(deal: Deal, now: datetime) -> list[StageStep]:
    """The open stages of the deal's pipeline, those that are closed to new deals only where it stood in them.

    Two statements. A closed deal has no stage of now; the last open one it stood in counts as done.
    """
    hours = stage_hours(deal.pk, now)
    rows = Stage.objects.filter(pipeline=deal.pipeline_id, category=StageCategory.OPEN).order_by("position")
    stages = [stage for stage in rows if stage.is_active or stage.code in hours]
    is_open = deal.status == DealStatus.OPEN
    here = next((place for place, stage in enumerate(stages) if stage.pk == deal.stage_id), len(stages))
    return [
        StageStep(stage.code, stage.name, hours.get(stage.code), _state(place, here, is_open, stage.code in hours),
                  stage.max_days)
        for place, stage in enumerate(stages)
    ]  # fmt: skip


def _state(place: int, here: int, is_open: bool, stood: bool) -> str:
    if is_open and place == here:
        return "now"
    return "done" if stood and (place < here or not is_open) else ""


def cycle_hours(bar: list[StageStep]) -> Decimal:
    """Hours from opening to now or to closing."""
    return sum((step.hours for step in bar if step.hours is not None), Decimal("0.00"))
