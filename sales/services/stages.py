"""Changing the way a deal goes: pipelines, their stages in order, and what is to do in each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor
from core.errors import InvalidValue
from core.services.fingerprints import StillUsed, change_row, delete_unused, expect, refuse_taken
from core.transactions import command
from sales.choices import DealStatus, StageCategory
from sales.errors import StageNeeded, StageNotEmpty, StageUsed
from sales.models import Deal, Pipeline, Stage, StageDuty


@command
def change_pipeline(*, pipeline_id: int, changes: dict[str, Any], by: Actor, seen: str = "") -> Pipeline:
    """Rename a pipeline, make it the default one, or take it out of use; deals in it go on.

    The same values again change nothing. Locks all pipelines where the default moves. Raises InvalidValue for the
    default one, which stays in use, and ChangedMeanwhile.
    """
    policy.require(by, "sales.set_up_pipelines")
    unknown = set(changes) - {"name", "is_default", "is_active"}
    if unknown:
        raise TypeError(f"{sorted(unknown)} is not changed here")
    list(Pipeline.objects.locked())
    held = Pipeline.objects.get(pk=pipeline_id)
    is_default = changes.get("is_default", held.is_default)
    if held.is_default and not is_default:
        raise InvalidValue(field=_("default"), problem=_("make another pipeline the default instead"))
    if is_default and not changes.get("is_active", held.is_active):
        raise InvalidValue(field=_("in use"), problem=_("the default pipeline stays in use"))
    if any(getattr(held, name) != value for name, value in changes.items()):
        expect(held, seen)
    if is_default and not held.is_default:
        for other in Pipeline.objects.filter(is_default=True):
            other.is_default = False
            other.save(update_fields=["is_default"])
    return change_row(Pipeline, pipeline_id, changes)


@command
def add_stage(
    *,
    pipeline_id: int,
    code: str,
    name: str,
    probability: int,
    by: Actor,
    category: str = StageCategory.OPEN,
    max_days: int | None = None,
) -> Stage:
    """Put another stage into a pipeline: an open one behind the last open one, a lost one at the end.

    Locks the pipeline. Raises InvalidValue for a code that is taken, a second won stage, a chance that does not fit.
    """
    policy.require(by, "sales.set_up_pipelines")
    pipeline = Pipeline.objects.locked().get(pk=pipeline_id)
    if category == StageCategory.WON:
        raise InvalidValue(field=_("category"), problem=_("a pipeline has one won stage already"))
    _require_chance(category, probability)
    refuse_taken(Stage, label=_("code"), pipeline=pipeline, code=code)
    order = list(pipeline.stages.order_by("position"))
    last_open = max((n for n, one in enumerate(order) if one.category == StageCategory.OPEN), default=-1)
    place = last_open + 1 if category == StageCategory.OPEN else len(order)
    stage = Stage.objects.create(
        pipeline=pipeline, code=code, name=name, probability=probability, category=category, max_days=max_days,
        position=max((one.position for one in order), default=0) + 1,
    )  # fmt: skip
    order.insert(place, stage)
    _put_in_order(order)
    return Stage.objects.get(pk=stage.pk)


@command
def change_stage(*, stage_id: int, changes: dict[str, Any], by: Actor, seen: str = "") -> Stage:
    """Rename a stage, or change its chance and longest stay. Deals that passed it keep their history.

    The same values again change nothing. Locks it. Raises InvalidValue for a chance that does not fit,
    ChangedMeanwhile.
    """
    policy.require(by, "sales.set_up_pipelines")
    unknown = set(changes) - {"name", "probability", "max_days"}
    if unknown:
        raise TypeError(f"{sorted(unknown)} is not changed here")

    def check(stage: Stage) -> None:
        _require_chance(stage.category, changes.get("probability", stage.probability))

    return change_row(Stage, stage_id, changes, seen=seen, check=check)


@command
def move_stage(*, stage_id: int, up: bool, by: Actor) -> bool:
    """Let a stage change places with its neighbour; False at the end of the row. Locks the pipeline."""
    policy.require(by, "sales.set_up_pipelines")
    stage = Stage.objects.get(pk=stage_id)
    Pipeline.objects.locked().get(pk=stage.pipeline_id)
    order = list(Stage.objects.filter(pipeline=stage.pipeline_id).order_by("position"))
    here = next(n for n, one in enumerate(order) if one.pk == stage_id)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        return False
    order[here], order[there] = order[there], order[here]
    _put_in_order(order)
    return True


@command
def retire_stage(*, stage_id: int, by: Actor) -> bool:
    """Take a stage out of use: nobody moves a deal into it any more, what passed it stays. False when it is already.

    Locks the pipeline. Raises StageNotEmpty while open deals stand in it, StageNeeded for the won one, and for the
    last open or lost one.
    """
    policy.require(by, "sales.set_up_pipelines")
    stage = _with_its_pipeline_locked(stage_id)
    if not stage.is_active:
        return False
    _require_another(stage)
    count = Deal.objects.filter(stage=stage, status=DealStatus.OPEN).count()
    if count:
        raise StageNotEmpty(stage=stage.name, count=count)
    stage.is_active = False
    stage.save(update_fields=["is_active"])
    return True


@command
def restore_stage(*, stage_id: int, by: Actor) -> bool:
    """Let a stage be used again; False when it is."""
    policy.require(by, "sales.set_up_pipelines")
    stage = _with_its_pipeline_locked(stage_id)
    if stage.is_active:
        return False
    stage.is_active = True
    stage.save(update_fields=["is_active"])
    return True


@command
def delete_stage(*, stage_id: int, by: Actor) -> bool:
    """Delete a stage that no deal ever saw, with its duties; False when it is gone already.

    Locks the pipeline. Raises StageUsed for one that deals passed, StageNeeded for one the pipeline cannot spare.
    """
    policy.require(by, "sales.set_up_pipelines")
    if not Stage.objects.filter(pk=stage_id).exists():
        return False
    stage = _with_its_pipeline_locked(stage_id)
    _require_another(stage)
    try:
        delete_unused(stage)
    except StillUsed as refused:
        raise StageUsed(stage=stage.name) from refused
    return True


@command
def add_duty(*, stage_id: int, title: str, by: Actor, due_hours: int = 24, is_required: bool = False) -> StageDuty:
    """Another thing to do in a stage, for deals that enter it from now on; the same title is there once."""
    policy.require(by, "sales.set_up_pipelines")
    Stage.objects.locked().get(pk=stage_id)
    known = StageDuty.objects.filter(stage_id=stage_id, title=title).first()
    if known is not None:
        return known
    return StageDuty.objects.create(stage_id=stage_id, title=title, due_hours=due_hours, is_required=is_required)


@command
def remove_duty(*, duty_id: int, by: Actor) -> bool:
    """Ask no more for it; tasks that were made stay. False when it is gone already."""
    policy.require(by, "sales.set_up_pipelines")
    duty = StageDuty.objects.filter(pk=duty_id).first()
    if duty is None:
        return False
    duty.delete()
    return True


def _with_its_pipeline_locked(stage_id: int) -> Stage:
    pipeline_id = Stage.objects.values_list("pipeline", flat=True).get(pk=stage_id)
    Pipeline.objects.locked().get(pk=pipeline_id)
    return Stage.objects.select_related("pipeline").get(pk=stage_id)


def _require_another(stage: Stage) -> None:
    """A pipeline needs an open, a won and a lost stage in use."""
    others = Stage.objects.filter(pipeline=stage.pipeline_id, category=stage.category, is_active=True)
    if stage.is_active and not others.exclude(pk=stage.pk).exists():
        raise StageNeeded(pipeline=stage.pipeline.name, stage=stage.name)


def _require_chance(category: str, probability: int) -> None:
    fits = {
        StageCategory.OPEN: 1 <= probability <= 99,
        StageCategory.WON: probability == 100,
        StageCategory.LOST: probability == 0,
    }
    if not fits[StageCategory(category)]:
        problem = _("1 to 99 % for an open stage, 100 for the won one, 0 for lost ones")
        raise InvalidValue(field=_("probability"), problem=problem)


def _put_in_order(order: Sequence[Stage]) -> None:
    """Write the places 1, 2, 3 …; two steps, because a place is taken once."""
    last = max(stage.position for stage in order)
    if [stage.position for stage in order] == list(range(1, len(order) + 1)):
        return
    for offset in (last + len(order), 0):
        for place, stage in enumerate(order, start=1):
            stage.position = place + offset
            stage.save(update_fields=["position"])
