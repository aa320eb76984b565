from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from core.history import tracked
from core.models import Entity, Ownership, append_only, frozen_when, kept_when, money_field, qty_field
from support.choices import Severity, TicketDecision, TicketStatus, UploadKind, VisitStatus


@tracked
class InstallationVisit(Entity):
    """A crew's visit to install an order. It is done once, through the crew's form or by a user with the right."""

    order = models.ForeignKey(
        "sales.SalesOrder", on_delete=models.PROTECT, related_name="visits", verbose_name=_("order")
    )
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("number"), max_length=40)
    status = models.CharField(_("status"), max_length=10, choices=VisitStatus.choices, default=VisitStatus.PLANNED)
    task = models.OneToOneField("crm.Task", on_delete=models.PROTECT, null=True, blank=True, related_name="visit")
    warehouse = models.ForeignKey("inventory.Warehouse", on_delete=models.PROTECT, related_name="+")
    crew = models.CharField(_("crew"), max_length=80, blank=True)
    slot = DateTimeRangeField(_("time"), null=True, blank=True)
    address = models.TextField(_("address"), blank=True)
    contact = models.CharField(_("contact on site"), max_length=200, blank=True)
    fee = money_field(_("crew fee"), default=Decimal(0))
    remark = models.TextField(_("remark"), blank=True)
    signed_by = models.CharField(_("signed by"), max_length=120, blank=True)
    signed_on_paper = models.BooleanField(default=False)
    form_data = models.JSONField(default=dict, blank=True)
    submission_key = models.CharField(max_length=80, null=True, blank=True, unique=True, editable=False)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    ownership: ClassVar[Ownership] = Ownership(owner="order__owner", branch="branch")

    class Meta:
        verbose_name, verbose_name_plural = _("installation visit"), _("installation visits")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="done") | Q(done_at__isnull=False), name="visit_done_at_when_done"
            ),
            ExclusionConstraint(
                name="visit_crew_one_place_at_a_time",
                condition=Q(status__in=["planned", "in_field"]) & ~Q(crew="") & Q(slot__isnull=False),
                expressions=[(Lower("crew"), RangeOperators.EQUAL), ("slot", RangeOperators.OVERLAPS)],
                violation_error_message=_("This crew is at another visit at that time."),
            ),
            models.CheckConstraint(condition=Q(fee__gte=0), name="visit_fee_not_negative"),
            models.UniqueConstraint(fields=["branch", "number"], name="visit_number_once_per_branch"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(status__in=["planned", "in_field"]), name="visit_one_open_per_order"
            ),
        ]
        indexes = [
            models.Index(F("slot__startswith").desc(nulls_last=True), F("id").desc(), name="visit_newest"),
        ]
        triggers = [
            frozen_when(
                "visit_done_is_frozen", pgtrigger.Q(old__status="done"), except_fields=["version", "updated_at"]
            ),
            kept_when("visit_done_is_kept", pgtrigger.Q(old__status="done")),
        ]

    def __str__(self) -> str:
        return self.number

    def validate_constraints(self, exclude: Any = None) -> None:
        """A form without the state cannot tell whether a crew is busy; the service and the database do."""
        if "status" not in (exclude or ()):
            super().validate_constraints(exclude=exclude)


class VisitUpload(models.Model):
    """A picture that a phone sent ahead of its report. The report takes copies; what is left over is forgotten."""

    visit = models.ForeignKey(InstallationVisit, on_delete=models.CASCADE, related_name="uploads")
    key = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=UploadKind.choices)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    file = models.FileField(upload_to="visits/%Y/%m/", editable=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "key"], name="visit_upload_once")]
        indexes = [models.Index(fields=["created_at"], name="visit_upload_by_age")]

    def __str__(self) -> str:
        return self.name


class VisitPart(models.Model):
    """A part the crew used: taken from stock with its cost."""

    visit = models.ForeignKey(InstallationVisit, on_delete=models.PROTECT, related_name="parts")
    item = models.ForeignKey("inventory.Item", on_delete=models.PROTECT, related_name="+")
    qty = qty_field(_("quantity"))
    move = models.OneToOneField("inventory.StockMove", on_delete=models.PROTECT, related_name="visit_part")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(qty__gt=0), name="visit_part_qty_positive")]
        triggers = [append_only("visit_part_append_only")]

    def __str__(self) -> str:
        return f"{self.visit_id}: {self.qty}"


@tracked
class Ticket(Entity):
    """A complaint: what is wrong with which order, who decides what, and what it costs.

    `sla_due_at` moves on by the time the ticket waited for the client (`waiting_since`), and by nothing else.
    """

    number = models.CharField(_("number"), max_length=40)
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("crm.Client", on_delete=models.PROTECT, related_name="tickets", verbose_name=_("client"))
    order = models.ForeignKey(
        "sales.SalesOrder",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("order"),
    )
    order_line = models.ForeignKey("sales.OrderLine", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(_("status"), max_length=10, choices=TicketStatus.choices, default=TicketStatus.NEW)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices, default=Severity.NORMAL)
    subject = models.CharField(_("subject"), max_length=200)
    description = models.TextField(_("what the client says"), blank=True, default="", db_default="")
    cause = models.CharField(_("cause"), max_length=200, blank=True)
    decision = models.CharField(_("decision"), max_length=8, choices=TicketDecision.choices, blank=True)
    owner = models.ForeignKey(
        "core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("owner")
    )
    opened_at = models.DateTimeField(_("opened at"))
    sla_due_at = models.DateTimeField(_("answer due"), null=True, blank=True)
    waiting_since = models.DateTimeField(_("waiting since"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    cost = money_field(_("cost"), default=Decimal(0))

    ownership: ClassVar[Ownership] = Ownership(owner="owner", branch="branch")

    class Meta:
        verbose_name, verbose_name_plural = _("service ticket"), _("service tickets")
        indexes = [
            models.Index(fields=["sla_due_at", "id"], name="ticket_next_answer"),
            models.Index(fields=["status", "sla_due_at"], name="ticket_by_clock"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=["resolved", "closed"]) | ~Q(decision=""),
                name="ticket_resolved_with_a_decision",
            ),
            models.UniqueConstraint(fields=["branch", "number"], name="ticket_number_once_per_branch"),
            models.CheckConstraint(
                condition=Q(status="waiting", waiting_since__isnull=False)
                | (~Q(status="waiting") & Q(waiting_since__isnull=True)),
                name="ticket_waits_since_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["resolved", "closed"]) | Q(resolved_at__isnull=False),
                name="ticket_resolved_at_when_resolved",
            ),
        ]

    def __str__(self) -> str:
        return self.number
