"""What was shipped of orders."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.history import tracked
from core.models import Entity, Ownership, append_only, qty_field
from sales.choices import ShipmentStatus
from sales.models.orders import OrderLine, SalesOrder


@tracked
class Shipment(Entity):
    order = models.ForeignKey(SalesOrder, on_delete=models.PROTECT, related_name="shipments")
    number = models.CharField(_("number"), max_length=40)
    status = models.CharField(max_length=10, choices=ShipmentStatus.choices, default=ShipmentStatus.SHIPPED)
    warehouse = models.ForeignKey("inventory.Warehouse", on_delete=models.PROTECT, related_name="+")
    shipped_at = models.DateTimeField(_("shipped at"))
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    carrier = models.CharField(_("carrier"), max_length=80, blank=True)
    tracking = models.CharField(_("tracking number"), max_length=80, blank=True)
    key = models.CharField(max_length=80, null=True, blank=True, unique=True, editable=False)

    ownership: ClassVar[Ownership] = Ownership(owner="order__owner", branch="order__branch")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "number"], name="shipment_number_once")]
        indexes = [models.Index(fields=["-shipped_at", "-id"], name="shipment_newest")]

    def __str__(self) -> str:
        return self.number


class ShipmentLine(models.Model):
    """What left on a shipment: one posted move each."""

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="shipment_lines")
    lot = models.ForeignKey("inventory.Lot", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    qty = qty_field(_("quantity"))
    move = models.OneToOneField("inventory.StockMove", on_delete=models.PROTECT, related_name="shipment_line")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(qty__gt=0), name="shipment_line_qty_positive")]
        triggers = [append_only("shipment_line_append_only")]

    def __str__(self) -> str:
        return f"{self.shipment_id}: {self.qty}"
