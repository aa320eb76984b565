from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.history import tracked
from core.models import Entity, Ownership, money_field
from reports.choices import ClassificationKind, PlanStatus


@tracked
class KPIPlan(Entity):
    """The target of a person or a team for an indicator in a month (or a quarter that begins with it)."""

    person = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="kpi_plans")
    team = models.ForeignKey("core.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="kpi_plans")
    indicator = models.CharField(_("indicator"), max_length=60)
    month = models.DateField(_("first day"))
    target = money_field(_("target"))
    weight = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(1))
    status = models.CharField(max_length=6, choices=PlanStatus.choices, default=PlanStatus.FIXED)

    ownership: ClassVar[Ownership] = Ownership(owner="person")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(team__isnull=False), name="kpi_plan_of_a_person_or_team"
            ),
            models.UniqueConstraint(
                fields=["person", "team", "indicator", "month"], name="kpi_plan_once_per_month", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.month:%Y-%m}"


class Classification(models.Model):
    """A computed split into classes, kept with its parameters so that it can be computed again and compared."""

    kind = models.CharField(max_length=4, choices=ClassificationKind.choices)
    subject = models.CharField(_("of what"), max_length=40)
    starts_on = models.DateField()
    ends_on = models.DateField()
    parameters = models.JSONField(default=dict)
    computed_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_on}–{self.ends_on}"


class ClassificationRow(models.Model):
    classification = models.ForeignKey(Classification, on_delete=models.CASCADE, related_name="rows")
    record_id = models.BigIntegerField()
    letter = models.CharField(max_length=2)
    figure = models.DecimalField(max_digits=20, decimal_places=4)
    share = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    rank = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["classification", "record_id"], name="classified_once")]

    def __str__(self) -> str:
        return f"{self.record_id}: {self.letter}"
