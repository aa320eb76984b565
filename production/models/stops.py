from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import LockingQuerySet
from production.choices import BlockCause
from production.models.orders import Operation
from production.models.recipes import WorkCenter


class Blockage(models.Model):
    """A job cannot go on, and why. Until it is lifted nobody starts or finishes the operation."""

    view_action = "production.view_workorder"

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="blockages")
    cause = models.CharField(_("cause"), max_length=10, choices=BlockCause.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    reported_at = models.DateTimeField(_("reported at"))
    reported_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lifted_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = LockingQuerySet.as_manager()
    lock_order: ClassVar[tuple[str, ...]] = ("pk",)

    class Meta:
        verbose_name = _("blocked job")
        verbose_name_plural = _("blocked jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["operation"], condition=Q(lifted_at__isnull=True), name="blockage_one_open_per_operation"
            ),
            models.CheckConstraint(condition=~Q(cause="other", note=""), name="blockage_other_cause_is_told"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(lifted_at__gte=F("reported_at")),
                name="blockage_lifted_after_its_report",
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """Why, in the operator's own words where he found some."""
        return self.note or str(self.get_cause_display())


class HelpCall(models.Model):
    """Somebody at a work centre needs the production lead; it is seen until somebody answered."""

    view_action = "production.view_workcenter"

    center = models.ForeignKey(WorkCenter, on_delete=models.PROTECT, related_name="help_calls")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    called_at = models.DateTimeField(_("called at"))
    called_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = LockingQuerySet.as_manager()
    lock_order: ClassVar[tuple[str, ...]] = ("pk",)

    class Meta:
        verbose_name = _("call for help")
        verbose_name_plural = _("calls for help")
        constraints = [
            models.UniqueConstraint(
                fields=["center"], condition=Q(answered_at__isnull=True), name="help_call_one_open_per_center"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_at__gte=F("called_at")),
                name="help_call_answered_after_it",
            ),
        ]

    def __str__(self) -> str:
        return str(self.center)
