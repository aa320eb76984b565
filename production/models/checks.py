from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import append_only
from production.models.orders import Operation
from production.models.recipes import BOMOperation


class BOMCheck(models.Model):
    """What has to be looked at before a step is finished. With a `unit` it is measured, and the value is written.

    `after_pieces` says after how many good pieces it is due; an order of fewer pieces goes without it.
    """

    view_action = "production.view_bom"

    operation = models.ForeignKey(BOMOperation, on_delete=models.CASCADE, related_name="checks")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("check"), max_length=120)
    unit = models.CharField(_("measured in"), max_length=12, blank=True)
    after_pieces = models.PositiveIntegerField(_("after pieces"), null=True, blank=True)

    class Meta:
        verbose_name = _("check of a step")
        verbose_name_plural = _("checks of steps")
        constraints = [
            models.UniqueConstraint(fields=["operation", "position"], name="bom_check_position_once"),
            models.CheckConstraint(condition=~Q(text=""), name="bom_check_says_what"),
            models.CheckConstraint(
                condition=Q(after_pieces__isnull=True) | Q(after_pieces__gt=0), name="bom_check_after_some"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class CheckNote(models.Model):
    """Somebody looked: with what value, when, and who. A ledger; the last note of a check says how it stands."""

    view_action = "production.view_workorder"

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="check_notes")
    bom_check = models.ForeignKey(BOMCheck, on_delete=models.PROTECT, related_name="notes")
    is_done = models.BooleanField(_("done"), default=True)
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=3, null=True, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    source_key = models.CharField(max_length=160, unique=True)

    class Meta:
        verbose_name = _("note of a check")
        verbose_name_plural = _("notes of checks")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_done=True) | Q(value__isnull=True), name="check_note_taken_back_has_no_value"
            ),
        ]
        triggers = [append_only("check_note_append_only")]

    def __str__(self) -> str:
        return f"{self.operation_id}: {self.bom_check_id}"
