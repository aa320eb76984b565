"""Setting up the way a deal goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor, user_or_none
from core.errors import InvalidValue
from core.transactions import command
from sales.choices import StageCategory
from sales.models import Pipeline, Stage, StageDuty


@dataclass(frozen=True)
class DutyDraft:
    """A task made when a deal enters the stage; a required one must be done to leave it."""

    title: str
    due_hours: int = 24
    is_required: bool = False


@dataclass(frozen=True)
class StageDraft:
    """A step in its order; `probability` in percent (won is 100, lost is 0)."""

    code: str
    name: str
    probability: int
    category: str = StageCategory.OPEN
    max_days: int | None = None
    duties: tuple[DutyDraft, ...] = ()


@command
def create_pipeline(
    *, code: str, name: str, stages: Sequence[StageDraft], by: Actor, is_default: bool = False
) -> Pipeline:
    """Set up a pipeline with its stages and duties. The same code returns the first one.

    Raises InvalidValue unless there is an open stage, exactly one won and at least one lost.
    """
    policy.require(by, "sales.set_up_pipelines")
    first = Pipeline.objects.filter(code=code).first()
    if first is not None:
        return first
    categories = [stage.category for stage in stages]
    if categories.count(StageCategory.WON) != 1 or not {StageCategory.OPEN, StageCategory.LOST} <= set(categories):
        raise InvalidValue(field="stages", problem=_("an open stage, one won and a lost one are needed"))
    if is_default:
        Pipeline.objects.filter(is_default=True).update(is_default=False)
    pipeline = Pipeline.objects.create(code=code, name=name, is_default=is_default, created_by=user_or_none(by))
    made = Stage.objects.bulk_create(
        [
            Stage(
                pipeline=pipeline, code=stage.code, name=stage.name, position=position, category=stage.category,
                probability=stage.probability, max_days=stage.max_days,
            )
            for position, stage in enumerate(stages, start=1)
        ]
    )  # fmt: skip
    StageDuty.objects.bulk_create(
        [
            StageDuty(stage=stage, title=duty.title, due_hours=duty.due_hours, is_required=duty.is_required)
            for stage, draft in zip(made, stages, strict=True)
            for duty in draft.duties
        ]
    )
    return pipeline
