"""A pipeline's deals on their board: its stages, its cards, and how its next steps stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from core import setup
from core.access import scope
from core.models import User
from core.remembered import remembered, remembered_for_all
from crm.models import Client, Task
from sales.models import Deal, Pipeline, Stage, StageChange, StageDuty
from sales.selectors.closing import who_own

FOR_ALL = 0  # what is the same for everybody stands beside what belongs to single users


@dataclass(frozen=True)
class Health:
    """How the next steps of a column's deals stand."""

    planned: int = 0
    late: int = 0
    missing: int = 0

    @property
    def total(self) -> int:
        return self.planned + self.late + self.missing

    @property
    def parts(self) -> list[tuple[str, float, float]]:
        """Tone, start and width in per cent of each part of the bar."""
        found, at = [], 0.0
        for tone, count in (("ok", self.planned), ("bad", self.late), ("warn", self.missing)):
            if count:
                width = 100 * count / self.total
                found.append((tone, round(at, 2), round(width, 2)))
                at += width
        return found


def deals_on_board(pipeline: Any, user: Any, within: scope.Scope) -> QuerySet[Deal]:
    """The deals of a pipeline that the user may see, where he works just now."""
    return deals_seen(user, within).filter(pipeline=pipeline)


def deals_seen(user: Any, within: scope.Scope) -> QuerySet[Deal]:
    """Those of all pipelines."""
    return Deal.objects.visible_to(user, "sales.view_deal").filter(scope.condition(Deal, within))


@lru_cache(maxsize=64)
def _owners(within: scope.Scope) -> Callable[..., list[Any]]:
    def build(pipeline: Any, user: Any) -> QuerySet[Any]:
        return who_own(deals_on_board(pipeline, user, within))

    return remembered(build)


def owners_of_pipeline(pipeline_id: int, user: Any, within: scope.Scope) -> list[User]:
    """Who has open deals among those of a pipeline that the user may see (one statement)."""
    return _owners(within)(pipeline_id, user)


@dataclass(frozen=True)
class Paths:
    """The pipelines in use, the default one first, and the stages in use of each in their order."""

    pipelines: tuple[Pipeline, ...]
    stages: Mapping[int, tuple[Stage, ...]]


def paths_in_use() -> Paths:
    """As the setup of this request says: two statements after a change of any pipeline, none otherwise.

    `must_be_left_clean` says of a stage whether it asks for something before a deal may leave it. The records are
    shared by all requests of this process: nobody changes them.
    """
    memory = setup.memory_of(FOR_ALL)
    found: Paths | None = memory.get("paths in use")
    if found is None:
        duties = StageDuty.objects.filter(stage=OuterRef("pk"), is_required=True)
        stages = Stage.objects.filter(is_active=True).annotate(must_be_left_clean=Exists(duties)).order_by("position")
        by_pipeline: dict[int, list[Stage]] = {}
        for stage in stages:
            by_pipeline.setdefault(stage.pipeline_id, []).append(stage)
        pipelines = Pipeline.objects.filter(is_active=True).order_by("-is_default", "name")
        found = Paths(tuple(pipelines), {pk: tuple(mine) for pk, mine in by_pipeline.items()})
        memory["paths in use"] = found
    return found


@dataclass(slots=True)
class Card:
    """One deal as its card shows it, and as a move needs it. `drawn` is its HTML."""

    pk: int
    version: int
    name: str
    status: str
    stage_id: int
    stage_code: str
    longest: int | None
    client: str | None
    owner_id: int | None
    amount: Decimal
    currency_id: str
    opened_at: datetime
    lost_reason: str
    first_name: str | None
    last_name: str | None
    email: str | None
    since: datetime | None
    drawn: str = ""

    def __str__(self) -> str:
        return self.name


_CARD = (
    "pk", "version", "name", "status", "stage_id", "stage__code", "stage__max_days", "its_client", "owner_id",
    "amount", "currency_id", "opened_at", "lost_reason", "owner__first_name", "owner__last_name", "owner__email",
    "since",
)  # fmt: skip


@remembered_for_all
def _cards(keys: Any) -> QuerySet[Any, Any]:
    # Asked for each deal: for hundreds of deals a join would read the names of all clients there are.
    names = Client.objects.filter(pk=OuterRef("client")).values("name")
    # A change of amount begins no new stay.
    moves = StageChange.objects.filter(deal=OuterRef("pk")).exclude(from_stage=F("to_stage")).order_by("-seq")
    rows = Deal.objects.filter(pk__any=keys).order_by()
    return rows.annotate(its_client=Subquery(names[:1]), since=Subquery(moves.values("at")[:1])).values_list(*_CARD)


def board_cards(keys: Iterable[int]) -> dict[int, Card]:
    """The deals of some keys as cards (one statement). `since` says since when each stands in its stage."""
    return {row[0]: Card(*row) for row in _cards(keys)} if keys else {}


def is_late(task: Task | None, now: datetime) -> bool:
    return task is not None and task.due_at is not None and task.due_at < now
