from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.history import tracked
from core.models import Entity, LockingQuerySet, Ownership, money_field, percent_field, qty_field
from production.choices import BOMStatus


@tracked
class WorkCenter(Entity):
    """Machines or people that work by a calendar; `capacity` jobs run side by side, each in a lane of its own."""

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="work_centers")
    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    calendar = models.ForeignKey("core.WorkCalendar", on_delete=models.PROTECT, related_name="+")
    rate_per_hour = money_field(_("rate per hour"), exact=True)
    capacity = models.PositiveSmallIntegerField(_("jobs at once"), default=1)
    is_active = models.BooleanField(_("active"), default=True)

    lock_order: ClassVar[tuple[str, ...]] = ("pk",)
    ownership: ClassVar[Ownership] = Ownership(branch="branch")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(capacity__gte=1, rate_per_hour__gte=0), name="work_center_can_work"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked
class BOM(Entity):
    """A recipe of one item; `valid` is the half-open period [first day, day after the last)."""

    item = models.ForeignKey("inventory.Item", on_delete=models.PROTECT, related_name="boms")
    revision = models.PositiveSmallIntegerField(_("version of the recipe"), default=1)
    status = models.CharField(max_length=8, choices=BOMStatus.choices, default=BOMStatus.DRAFT)
    valid = DateRangeField(_("valid"))
    batch_qty = qty_field(_("for a batch of"), default=Decimal(1))

    class Meta:
        verbose_name = _("bill of materials")
        verbose_name_plural = _("bills of materials")
        constraints = [
            models.UniqueConstraint(fields=["item", "revision"], name="bom_one_per_revision"),
            models.CheckConstraint(condition=Q(batch_qty__gt=0), name="bom_batch_positive"),
            ExclusionConstraint(
                name="bom_one_active_at_a_time",
                condition=Q(status="active"),
                expressions=[("item", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message=_("Another active BOM of this item covers part of that period."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.sku} v{self.revision}"


class BOMLine(models.Model):
    """`qty` of a component per batch, plus `scrap_pct` that is cut away: need = qty × (1 + scrap)."""

    bom = models.ForeignKey(BOM, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    item = models.ForeignKey("inventory.Item", on_delete=models.PROTECT, related_name="used_in")
    qty = qty_field(_("quantity per batch"))
    scrap_pct = percent_field(_("scrap, %"), default=Decimal(0))
    valid = DateRangeField(_("valid"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bom", "position"], name="bom_line_position_once"),
            models.CheckConstraint(condition=Q(qty__gt=0, scrap_pct__gte=0), name="bom_line_quantities_make_sense"),
        ]

    def __str__(self) -> str:
        return f"{self.bom_id}/{self.position}"


class BOMOperation(models.Model):
    """A step at a work centre: minutes to set up once and to run per batch unit of the recipe."""

    bom = models.ForeignKey(BOM, on_delete=models.CASCADE, related_name="operations")
    sequence = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=80)
    center = models.ForeignKey(WorkCenter, on_delete=models.PROTECT, related_name="+")
    setup_minutes = models.DecimalField(_("set-up, minutes"), max_digits=10, decimal_places=2, default=Decimal(0))
    run_minutes = models.DecimalField(_("run per batch, minutes"), max_digits=12, decimal_places=4)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bom", "sequence"], name="bom_operation_sequence_once"),
            models.CheckConstraint(
                condition=Q(setup_minutes__gte=0, run_minutes__gte=0), name="bom_operation_takes_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.name}"


class CenterSlot(models.Model):
    """A stretch of a lane of a work centre that is taken: by an operation, or blocked with a reason.

    The database refuses two slots of one lane that overlap, so the load of a centre never exceeds its capacity.
    """

    center = models.ForeignKey(WorkCenter, on_delete=models.CASCADE, related_name="slots")
    lane = models.PositiveSmallIntegerField(default=1)
    period = DateTimeRangeField()
    operation = models.ForeignKey(
        "production.Operation", on_delete=models.CASCADE, null=True, blank=True, related_name="slots"
    )
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(lane__gte=1), name="center_slot_in_a_lane"),
            models.CheckConstraint(
                condition=Q(operation__isnull=False) | ~Q(reason=""), name="center_slot_says_what_for"
            ),
            ExclusionConstraint(
                name="center_slot_one_job_per_lane",
                expressions=[
                    ("center", RangeOperators.EQUAL),
                    ("lane", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.center_id}: {self.reason or self.operation_id}"
