from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import LockingQuerySet, append_only, qty_field
from production.models.orders import Operation, ScrapReason
from production.models.recipes import WorkCenter


class PieceCount(models.Model):
    """Pieces that came out of an operation: good ones, and scrap with its reason. A ledger; the operation sums it."""

    view_action = "production.view_workorder"

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="counts")
    good = qty_field(_("good"), default=Decimal(0))
    scrap = qty_field(_("scrap"), default=Decimal(0))
    reason = models.ForeignKey(ScrapReason, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    source_key = models.CharField(max_length=160, unique=True)

    class Meta:
        verbose_name = _("count of pieces")
        verbose_name_plural = _("counts of pieces")
        constraints = [
            models.CheckConstraint(
                condition=Q(good__gte=0, scrap__gte=0) & (Q(good__gt=0) | Q(scrap__gt=0)),
                name="piece_count_counts_something",
            ),
            models.CheckConstraint(
                condition=Q(scrap=0) | Q(reason__isnull=False), name="piece_count_scrap_has_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["occurred_at"], name="piece_count_by_day")]
        triggers = [append_only("piece_count_append_only")]

    def __str__(self) -> str:
        return f"{self.operation_id}: {self.good} + {self.scrap}"


class OperatorPin(models.Model):
    """How a person comes in at a station of the shop floor. Only its hash is kept, and wrong tries lock it."""

    view_action = "production.manage_pins"

    user = models.OneToOneField("core.User", on_delete=models.PROTECT, related_name="operator_pin")
    pin_hash = models.CharField(max_length=200, editable=False)
    set_at = models.DateTimeField(_("set at"))
    set_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    wrong_tries = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    locked_until = models.DateTimeField(_("locked until"), null=True, blank=True)

    objects = LockingQuerySet.as_manager()
    lock_order: ClassVar[tuple[str, ...]] = ("pk",)

    class Meta:
        verbose_name = _("operator's PIN")
        verbose_name_plural = _("operators' PINs")
        constraints = [models.CheckConstraint(condition=~Q(pin_hash=""), name="operator_pin_is_hashed")]

    def __str__(self) -> str:
        return str(self.user)


class OperatorBadge(models.Model):
    """The badge by which a person comes in at a station without typing. Only a keyed hash of its code is kept.

    A badge that is printed here has a code that follows from the secret of the installation, the person and `series`,
    so that it can be printed again; each new one has the next series. A card he has already (not `is_printed_here`)
    is known by its hash alone. Without a hash it was taken away.
    """

    view_action = "production.manage_pins"

    user = models.OneToOneField("core.User", on_delete=models.PROTECT, related_name="operator_badge")
    code_hash = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    series = models.PositiveIntegerField(_("series"), default=0)
    is_printed_here = models.BooleanField(_("printed here"), default=True)
    set_at = models.DateTimeField(_("set at"))
    set_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = LockingQuerySet.as_manager()
    lock_order: ClassVar[tuple[str, ...]] = ("pk",)

    class Meta:
        verbose_name = _("operator's badge")
        verbose_name_plural = _("operators' badges")
        constraints = [
            models.CheckConstraint(condition=~Q(code_hash=""), name="operator_badge_is_hashed"),
            models.CheckConstraint(
                condition=Q(is_printed_here=False) | Q(series__gt=0), name="operator_badge_printed_has_a_series"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class Station(models.Model):
    """A tablet that stands at a work centre. A lead opened it; whoever works at it comes in by PIN or badge.

    The device holds a secret, here is only its hash. `operator` is who works at it now and `seen_at` when he last
    pressed something: after a while without a press the station asks for a PIN again.
    """

    view_action = "production.edit_workcenter"

    center = models.ForeignKey(WorkCenter, on_delete=models.PROTECT, related_name="stations")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    opened_at = models.DateTimeField(_("opened at"))
    opened_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    operator = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    seen_at = models.DateTimeField(_("last used"), null=True, blank=True)
    wrong_tries = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    locked_until = models.DateTimeField(_("locked until"), null=True, blank=True)

    objects = LockingQuerySet.as_manager()
    lock_order: ClassVar[tuple[str, ...]] = ("pk",)

    class Meta:
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(operator__isnull=True), name="station_closed_has_no_operator"
            ),
            models.CheckConstraint(
                condition=Q(operator__isnull=True) | Q(seen_at__isnull=False), name="station_operator_was_seen"
            ),
        ]

    def __str__(self) -> str:
        return str(self.center)
