"""The one way a deal's stage, amount or probability changes: together with a row of its history."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from core import events
from core.actors import SYSTEM, Actor, user_or_none
from core.remembered import Insertion, remembered_for_all
from core.services import records
from crm.choices import TaskKind, TaskStatus
from crm.models import Task
from crm.services.tasks import create_task
from sales.choices import DealStatus, StageCategory
from sales.errors import AmountNegative, DealClosed, DutiesOpen, NoSuchStage, ProbabilityOutOfRange, StepBeforeLast
from sales.events import DealMoved, DealOpened
from sales.models import Deal, Stage, StageChange, StageDuty
from sales.selectors.checklist import duty_key

CLOSING = {StageCategory.WON: (DealStatus.WON, 100), StageCategory.LOST: (DealStatus.LOST, 0)}


@remembered_for_all
def _last_step(deal: Any) -> QuerySet[Any, Any]:
    return StageChange.objects.filter(deal=deal).order_by("-seq").values_list("seq", "at", "to_stage_id")[:1]


@remembered_for_all
def _stages(pipeline: Any) -> QuerySet[Any]:
    duties = StageDuty.objects.filter(stage=OuterRef("pk"))
    return Stage.objects.filter(pipeline=pipeline).annotate(has_duties=Exists(duties)).order_by("position")


@remembered_for_all
def _duties(stage: Any) -> QuerySet[Any]:
    return StageDuty.objects.filter(stage=stage).order_by("pk")


_step = Insertion(
    StageChange, "deal", "seq", "from_stage", "to_stage", "at", "recorded_at", "by", "amount", "probability"
)


def stage_of(deal: Deal) -> Stage:
    """The stage a deal stands in, read anew with the others of its pipeline (one statement)."""
    deal.known_stages = None
    return next(stage for stage in _stages_of(deal) if stage.pk == deal.stage_id)


def _stages_of(deal: Deal) -> list[Stage]:
    """All stages of the deal's pipeline in their order, read once for this object."""
    if deal.known_stages is None:
        deal.known_stages = _stages(deal.pipeline_id)
    return deal.known_stages


def duties_of(stage_id: int) -> list[StageDuty]:
    """What a stage asks for, in the order it was written down; one statement."""
    return _duties(stage_id)


def _duties_in(stage: Stage) -> list[StageDuty]:
    """The same; a stage that was read with the others of its pipeline knows whether it asks for anything."""
    return duties_of(stage.pk) if getattr(stage, "has_duties", True) else []


def begin_path(deal: Deal, *, at: datetime, by: Actor) -> None:
    """Write the first row of a deal that was just stored, and the duties of its first stage."""
    StageChange.objects.create(
        deal=deal, seq=1, to_stage=deal.stage, at=at, by=user_or_none(by), amount=deal.amount,
        probability=deal.probability,
    )  # fmt: skip
    events.publish(DealOpened(deal_id=deal.pk))
    _make_duties(deal, deal.stage, at=at)


def take_step(
    deal: Deal,
    *,
    at: datetime,
    by: Actor,
    stage: Stage | None = None,
    amount: Decimal | None = None,
    probability: int | None = None,
    **closing: str,
) -> bool:
    """Change a locked open deal and write its history; False when nothing is different.

    A new stage brings its default probability unless one is given; a won or lost stage closes the deal, and
    `closing` fields are saved with it. Raises DealClosed, StepBeforeLast, AmountNegative, ProbabilityOutOfRange.
    """
    if deal.status != DealStatus.OPEN:
        raise DealClosed(deal=deal, status=deal.get_status_display())
    new_stage = stage or deal.stage
    status, closed_chance = CLOSING.get(StageCategory(new_stage.category), (DealStatus.OPEN, None))
    if closed_chance is not None:
        chance = closed_chance
    elif probability is not None:
        chance = probability
    else:
        chance = new_stage.probability if new_stage.pk != deal.stage_id else deal.probability
    value = deal.amount if amount is None else amount
    if value < 0:
        raise AmountNegative(amount=value)
    if closed_chance is None and not 1 <= chance <= 99:
        raise ProbabilityOutOfRange(probability=chance)
    if (new_stage.pk, value, chance) == (deal.stage_id, deal.amount, deal.probability):
        return False
    seq, last_at, from_stage = next(iter(_last_step(deal.pk)), (0, None, None))
    if last_at is not None and at < last_at:
        raise StepBeforeLast(deal=deal, last=last_at, at=at)
    person = user_or_none(by)
    told_by = None if person is None else person.pk
    _step.run(deal.pk, seq + 1, from_stage, new_stage.pk, at, timezone.now(), told_by, value, chance)
    moved = new_stage.pk != deal.stage_id
    deal.stage, deal.amount, deal.probability, deal.status = new_stage, value, chance, status
    deal.closed_at = at if status != DealStatus.OPEN else None
    deal.updated_by = person
    for name, text in closing.items():
        setattr(deal, name, text)
    deal.save(update_fields=["stage", "amount", "probability", "status", "closed_at", "updated_by", *closing])
    if status != DealStatus.OPEN:
        records.note_status(deal, old=DealStatus.OPEN, new=status, at=at, by=by)
    elif moved:
        events.publish(DealMoved(deal_id=deal.pk, stage_id=new_stage.pk))
        _make_duties(deal, new_stage, at=at)
    return True


def find_stage(deal: Deal, code: str, *, category: StageCategory = StageCategory.OPEN) -> Stage:
    """An active stage of the deal's pipeline; without a code, the first one of the category."""
    for stage in _stages_of(deal):
        if stage.is_active and stage.category == category and code in ("", stage.code):
            return stage
    raise NoSuchStage(pipeline=deal.pipeline, category=category.label, stage=code)


def _make_duties(deal: Deal, stage: Stage, *, at: datetime) -> None:
    """One task per duty and deal; coming back to a stage asks for nothing twice."""
    for duty in _duties_in(stage):
        create_task(
            title=duty.title, kind=TaskKind.DUTY, key=duty_key(deal.pk, duty.pk), assignee_id=deal.owner_id,
            branch_id=deal.branch_id, due_at=at + timedelta(hours=duty.due_hours), links=[deal], by=SYSTEM,
        )  # fmt: skip


def require_duties_done(deal: Deal) -> None:
    """Raise DutiesOpen when a required duty of the present stage is not done."""
    duties = {duty_key(deal.pk, duty.pk): duty.title for duty in _duties_in(deal.stage) if duty.is_required}
    if not duties:
        return
    closed = (TaskStatus.DONE, TaskStatus.CANCELLED)
    done = set(Task.objects.filter(key__in=list(duties), status__in=closed).values_list("key", flat=True))
    missing = [title for key, title in duties.items() if key not in done]
    if missing:
        raise DutiesOpen(stage=deal.stage, duties=", ".join(missing))
