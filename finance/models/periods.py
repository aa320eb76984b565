from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.history import tracked
from core.models import LockingQuerySet, Ownership
from finance.choices import PeriodStatus


@tracked
class Period(models.Model):
    """A month of a branch. A closed one refuses anything dated inside; a month without a row is open."""

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="periods")
    month = models.DateField(_("first day"))
    status = models.CharField(max_length=6, choices=PeriodStatus.choices, default=PeriodStatus.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = LockingQuerySet.as_manager()
    ownership: ClassVar[Ownership] = Ownership(branch="branch")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["branch", "month"], name="period_once_per_branch_and_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="period_begins_on_the_first"),
            models.CheckConstraint(
                condition=Q(status="open") | Q(closed_at__isnull=False), name="period_closed_at_when_closed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
