"""What a storekeeper has taken from the shelves for an order and not shipped yet."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import LockingQuerySet, qty_field
from sales.models.orders import OrderLine
from sales.models.shipments import Shipment


class Pick(models.Model):
    """`qty` of an order line was taken from a place, of a lot. The shipment it left with takes it up and freezes it.

    `is_done` says that somebody looked; a short one found less than was set aside. Until shipping nothing has moved:
    the goods stay reserved at their place.
    """

    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="picks")
    location = models.ForeignKey("inventory.Location", on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey("inventory.Lot", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    qty = qty_field(_("taken"))
    is_done = models.BooleanField(_("done"), default=False)
    is_short = models.BooleanField(_("short"), default=False)
    postponed_at = models.DateTimeField(null=True, blank=True)
    picked_at = models.DateTimeField(_("taken at"))
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, null=True, blank=True, related_name="picks")

    objects = LockingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(qty__gte=0), name="pick_not_negative"),
            models.CheckConstraint(condition=Q(shipment__isnull=True) | Q(is_done=True), name="pick_shipped_was_done"),
            models.UniqueConstraint(
                fields=["order_line", "location", "lot"],
                condition=Q(shipment__isnull=True),
                nulls_distinct=False,
                name="pick_one_open_per_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_line_id}: {self.qty}"
