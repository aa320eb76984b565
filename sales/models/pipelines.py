from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.history import tracked
from core.models import Entity, LockingQuerySet
from core.models.stamps import stamps
from sales.choices import StageCategory


@tracked
class Pipeline(Entity):
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    is_default = models.BooleanField(_("default"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="pipeline_one_default"),
        ]
        triggers = [stamps("pipeline_stamps_the_setup")]

    def __str__(self) -> str:
        return self.name


@tracked
class Stage(models.Model):
    """A step of a pipeline. Open stages have 1 to 99 %; won is 100 and lost is 0. Used ones cannot be deleted."""

    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="stages")
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"))
    category = models.CharField(_("category"), max_length=4, choices=StageCategory.choices, default=StageCategory.OPEN)
    probability = models.PositiveSmallIntegerField(_("probability, %"))
    max_days = models.PositiveSmallIntegerField(_("longest stay, days"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        ordering = ["pipeline", "position"]
        constraints = [
            models.UniqueConstraint(fields=["pipeline", "code"], name="stage_code_once_per_pipeline"),
            models.UniqueConstraint(fields=["pipeline", "position"], name="stage_position_once_per_pipeline"),
            models.UniqueConstraint(
                fields=["pipeline"], condition=Q(category="won"), name="stage_one_won_per_pipeline"
            ),
            models.CheckConstraint(
                condition=Q(category="open", probability__gte=1, probability__lte=99)
                | Q(category="won", probability=100)
                | Q(category="lost", probability=0),
                name="stage_probability_fits_its_category",
            ),
        ]
        triggers = [stamps("stage_stamps_the_setup")]

    def __str__(self) -> str:
        return self.name


@tracked
class StageDuty(models.Model):
    """What has to be done in a stage: a task made when the deal enters; a required one must be done to leave."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="duties")
    title = models.CharField(_("title"), max_length=200)
    due_hours = models.PositiveSmallIntegerField(_("due after hours"), default=24)
    is_required = models.BooleanField(_("required to leave the stage"), default=False)

    class Meta:
        verbose_name_plural = _("stage duties")
        triggers = [stamps("stage_duty_stamps_the_setup")]

    def __str__(self) -> str:
        return self.title
