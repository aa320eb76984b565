"""Who needs what, what is coming, and which is meant for whom."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from core.models import LockingQuerySet, qty_field
from inventory.choices import DemandStatus, PegStatus, SupplyKind, SupplyStatus
from inventory.models.items import Item
from inventory.models.places import Warehouse
from inventory.models.stock import StockBalance


class Demand(models.Model):
    """A line of an upper app that needs goods from a warehouse: `key` names it, as in `sales.line:12`.

    `done_qty` went out to it, `pegged_qty` is set aside or coming for it; what is missing is the rest.
    """

    key = models.CharField(max_length=80, unique=True)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="demands")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="demands", db_index=False)
    label = models.CharField(_("for"), max_length=120, blank=True)
    qty = qty_field(_("wanted"))
    done_qty = qty_field(_("fulfilled"), default=Decimal(0))
    pegged_qty = qty_field(_("pegged"), default=Decimal(0))
    due_on = models.DateField(_("due"), null=True, blank=True)
    status = models.CharField(max_length=10, choices=DemandStatus.choices, default=DemandStatus.OPEN)

    objects = LockingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(qty__gt=0, done_qty__gte=0, pegged_qty__gte=0), name="demand_quantities_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(pegged_qty__lte=F("qty") - F("done_qty")), name="demand_pegged_within_what_is_open"
            ),
        ]
        indexes = [models.Index(fields=["item", "warehouse"], condition=Q(status="open"), name="demand_open")]

    def __str__(self) -> str:
        return self.label or self.key


class Supply(models.Model):
    """Goods that will come in: a purchase order line or a work order. `key` names it in the app that owns it."""

    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8, choices=SupplyKind.choices)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="supplies")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="supplies", db_index=False)
    label = models.CharField(_("from"), max_length=120, blank=True)
    qty = qty_field(_("coming"))
    received_qty = qty_field(_("received"), default=Decimal(0))
    pegged_qty = qty_field(_("pegged"), default=Decimal(0))
    due_on = models.DateField(_("due"), null=True, blank=True)
    status = models.CharField(max_length=10, choices=SupplyStatus.choices, default=SupplyStatus.OPEN)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("supplies")
        constraints = [
            models.CheckConstraint(
                condition=Q(qty__gt=0, received_qty__gte=0, pegged_qty__gte=0), name="supply_quantities_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(pegged_qty__lte=Greatest(F("qty") - F("received_qty"), Decimal(0))),
                name="supply_pegged_within_what_is_open",
            ),
        ]
        indexes = [models.Index(fields=["item", "warehouse"], condition=Q(status="open"), name="supply_open")]

    def __str__(self) -> str:
        return self.label or self.key


class Peg(models.Model):
    """`qty` of a demand is covered by stock set aside or by a coming supply; what has gone out is `used_qty`."""

    demand = models.ForeignKey(Demand, on_delete=models.PROTECT, related_name="pegs")
    balance = models.ForeignKey(StockBalance, on_delete=models.PROTECT, null=True, blank=True, related_name="pegs")
    supply = models.ForeignKey(Supply, on_delete=models.PROTECT, null=True, blank=True, related_name="pegs")
    qty = qty_field()
    used_qty = qty_field(default=Decimal(0))
    status = models.CharField(max_length=8, choices=PegStatus.choices, default=PegStatus.OPEN)

    objects = LockingQuerySet.as_manager()
    lock_order: ClassVar[tuple[str, ...]] = ("demand_id", "pk")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(qty__gt=0, used_qty__gte=0, used_qty__lte=F("qty")), name="peg_used_within_its_quantity"
            ),
            models.CheckConstraint(
                condition=Q(balance__isnull=False, supply__isnull=True) | Q(balance__isnull=True, supply__isnull=False),
                name="peg_on_stock_or_on_supply",
            ),
            models.UniqueConstraint(
                fields=["demand", "balance", "supply"],
                condition=Q(status="open"),
                nulls_distinct=False,
                name="peg_one_open_per_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.demand_id}: {self.qty}"
