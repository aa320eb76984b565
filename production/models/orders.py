from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.choices import Origin
from core.history import tracked
from core.models import Entity, LockingQuerySet, Ownership, append_only, money_field, qty_field
from production.choices import OperationStatus, WipKind, WorkOrderStatus
from production.models.recipes import BOM, WorkCenter


@tracked
class ScrapReason(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    external_key = models.CharField(max_length=80, null=True, blank=True, unique=True)

    def __str__(self) -> str:
        return self.name


@tracked
class WorkOrder(Entity):
    """Make `qty` of an item by a recipe. `supply` makes the goods to come known to the stock, where the demands
    that wait for them are pegged; `order_line` is the sales order line at the root, when there is one."""

    organization = models.ForeignKey("core.Organization", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    warehouse = models.ForeignKey("inventory.Warehouse", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("number"), max_length=40)
    status = models.CharField(max_length=10, choices=WorkOrderStatus.choices, default=WorkOrderStatus.PLANNED)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.OWN)
    item = models.ForeignKey("inventory.Item", on_delete=models.PROTECT, related_name="work_orders")
    qty = qty_field(_("quantity"))
    made_qty = qty_field(_("made"), default=Decimal(0))
    scrapped_qty = qty_field(_("scrapped"), default=Decimal(0))
    scrap_reason = models.ForeignKey(ScrapReason, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    bom = models.ForeignKey(BOM, on_delete=models.PROTECT, null=True, blank=True, related_name="work_orders")
    order_line = models.ForeignKey(
        "sales.OrderLine", on_delete=models.PROTECT, null=True, blank=True, related_name="work_orders"
    )
    supply = models.OneToOneField(
        "inventory.Supply", on_delete=models.PROTECT, null=True, blank=True, related_name="work_order"
    )
    planned_at = models.DateTimeField(_("planned at"))
    starts_at = models.DateTimeField(_("planned start"), null=True, blank=True)
    ends_at = models.DateTimeField(_("planned end"), null=True, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    ownership: ClassVar[Ownership] = Ownership(branch="branch")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="work_order_number_once"),
            models.CheckConstraint(condition=Q(qty__gt=0), name="work_order_qty_positive"),
            models.CheckConstraint(
                condition=Q(made_qty__gte=0, scrapped_qty__gte=0, made_qty__lte=F("qty")),
                name="work_order_makes_no_more_than_ordered",
            ),
            models.CheckConstraint(condition=Q(origin="imported") | Q(bom__isnull=False), name="work_order_has_a_bom"),
        ]
        indexes = [
            models.Index(F("starts_at").desc(nulls_last=True), F("id").desc(), name="work_order_newest"),
            models.Index(fields=["status", "starts_at"], name="work_order_list"),
            models.Index(fields=["started_at"], name="work_order_by_day"),
        ]

    def __str__(self) -> str:
        return self.number


class WorkOrderMaterial(models.Model):
    """A component the work order needs, by its recipe, and what was really issued."""

    work_order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="materials")
    position = models.PositiveSmallIntegerField()
    item = models.ForeignKey("inventory.Item", on_delete=models.PROTECT, related_name="+")
    qty = qty_field(_("needed"))
    issued_qty = qty_field(_("issued"), default=Decimal(0))
    demand = models.OneToOneField(
        "inventory.Demand", on_delete=models.PROTECT, null=True, blank=True, related_name="material"
    )

    objects = LockingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["work_order", "position"], name="work_order_material_position_once"),
            models.CheckConstraint(condition=Q(qty__gt=0, issued_qty__gte=0), name="work_order_material_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.work_order_id}/{self.position}"


@tracked
class Operation(models.Model):
    """A step of a work order at a work centre; its slots say when. It starts after its predecessor's end.

    `running_since` and `running_by` say that somebody is at it just now; an operation that was begun and is not
    run by anybody is paused. One person is at one operation at a time.
    """

    work_order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="operations")
    sequence = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=80, blank=True)
    center = models.ForeignKey(WorkCenter, on_delete=models.PROTECT, related_name="operations")
    status = models.CharField(max_length=8, choices=OperationStatus.choices, default=OperationStatus.WAITING)
    minutes = models.DecimalField(_("planned minutes"), max_digits=12, decimal_places=2)
    actual_minutes = models.DecimalField(_("actual minutes"), max_digits=12, decimal_places=2, default=Decimal(0))
    good_qty = qty_field(_("good"), default=Decimal(0))
    scrap_qty = qty_field(_("scrap"), default=Decimal(0))
    starts_at = models.DateTimeField(_("planned start"), null=True, blank=True)
    ends_at = models.DateTimeField(_("planned end"), null=True, blank=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    planned_cost = money_field(exact=True, default=Decimal(0))
    actual_cost = money_field(exact=True, default=Decimal(0))
    running_since = models.DateTimeField(_("running since"), null=True, blank=True)
    running_by = models.ForeignKey(
        "core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("run by")
    )

    objects = LockingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["work_order", "sequence"], name="operation_sequence_once"),
            models.CheckConstraint(condition=Q(minutes__gte=0, actual_minutes__gte=0), name="operation_takes_time"),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__gte=F("starts_at")), name="operation_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(running_since__isnull=True, running_by__isnull=True)
                | Q(running_since__isnull=False, running_by__isnull=False, status="running"),
                name="operation_is_run_by_somebody",
            ),
            models.UniqueConstraint(fields=["running_by"], name="operation_one_at_a_time_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.work_order_id}/{self.sequence}"


class WipEntry(models.Model):
    """The ledger of work in progress: cost goes in (positive), output takes it out (negative). Append-only."""

    view_action = "production.view_wip"

    work_order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="wip_entries")
    kind = models.CharField(max_length=10, choices=WipKind.choices)
    amount = money_field(_("amount"))
    material = models.ForeignKey(
        WorkOrderMaterial, on_delete=models.PROTECT, null=True, blank=True, related_name="entries"
    )
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, null=True, blank=True, related_name="entries")
    move = models.ForeignKey(
        "inventory.StockMove", on_delete=models.PROTECT, null=True, blank=True, related_name="wip_entries"
    )
    adjustment = models.ForeignKey(
        "inventory.ValueAdjustment", on_delete=models.PROTECT, null=True, blank=True, related_name="wip_entries"
    )
    qty = qty_field(_("quantity"), default=Decimal(0))
    minutes = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    source_key = models.CharField(max_length=160, unique=True)

    class Meta:
        verbose_name = _("entry of work in progress")
        verbose_name_plural = _("work in progress")
        indexes = [models.Index(fields=["occurred_at"], name="wip_entry_by_day")]
        triggers = [append_only("wip_entry_append_only")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.amount}"
