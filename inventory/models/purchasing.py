from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.choices import Origin
from core.history import tracked
from core.models import (
    CustomValues,
    Entity,
    Ownership,
    append_only,
    frozen_when,
    kept_when,
    money_field,
    percent_field,
    price_field,
    qty_field,
)
from inventory.choices import CostKey, PurchaseStatus, ReceiptStatus
from inventory.models.items import Item, Lot
from inventory.models.pegs import Supply
from inventory.models.places import Location, Warehouse
from inventory.models.stock import StockMove


@tracked
class PurchaseOrder(CustomValues, Entity):
    """An order to a supplier. Imported history keeps its sums and never counts as incoming goods."""

    organization = models.ForeignKey("core.Organization", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="purchase_orders")
    supplier = models.ForeignKey("crm.LegalEntity", on_delete=models.PROTECT, related_name="purchase_orders")
    number = models.CharField(_("number"), max_length=40)
    status = models.CharField(max_length=14, choices=PurchaseStatus.choices, default=PurchaseStatus.DRAFT)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.OWN)
    currency = models.ForeignKey("core.Currency", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    drafted_at = models.DateTimeField(_("drafted at"))
    ordered_at = models.DateTimeField(_("ordered at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    net_amount = money_field(_("net"), exact=True, default=Decimal(0))
    tax_amount = money_field(_("tax"), exact=True, default=Decimal(0))
    freight_amount = money_field(_("freight"), exact=True, default=Decimal(0))
    gross_amount = money_field(_("total"), exact=True, default=Decimal(0))

    ownership: ClassVar[Ownership] = Ownership(owner="owner", branch="branch", warehouse="warehouse")

    class Meta:
        verbose_name, verbose_name_plural = _("purchase order"), _("purchase orders")
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="purchase_order_number_once"),
        ]
        indexes = [
            models.Index(fields=["-drafted_at", "-id"], name="purchase_order_newest"),
            models.Index(fields=["status", "-drafted_at"], name="purchase_order_list"),
        ]

    def __str__(self) -> str:
        return self.number


@tracked
class PurchaseOrderLine(models.Model):
    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=1)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="purchase_lines")
    qty = qty_field(_("quantity"))
    price = price_field(_("price"))
    tax_percent = percent_field(default=Decimal(0))
    net_amount = money_field(_("net"), exact=True, default=Decimal(0))
    due_on = models.DateField(_("due"), null=True, blank=True)
    lead_days = models.PositiveSmallIntegerField(default=0)
    received_qty = qty_field(_("received"), default=Decimal(0))
    rejected_qty = qty_field(_("rejected"), default=Decimal(0))
    billed_qty = qty_field(_("billed"), default=Decimal(0))
    supply = models.OneToOneField(Supply, on_delete=models.PROTECT, null=True, blank=True, related_name="purchase_line")
    external_key = models.CharField(max_length=80, null=True, blank=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(qty__gt=0, price__gte=0, received_qty__gte=0, rejected_qty__gte=0, billed_qty__gte=0),
                name="purchase_line_quantities_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.position}"


@tracked
class GoodsReceipt(Entity):
    """Goods that came in against one purchase order, with the costs that came with them.

    `rate` turned the order's prices into the organisation's currency; values of its lines are in that currency.
    """

    order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="receipts")
    number = models.CharField(_("number"), max_length=40)
    status = models.CharField(max_length=8, choices=ReceiptStatus.choices, default=ReceiptStatus.DRAFT)
    received_at = models.DateTimeField(_("received at"))
    rate = models.DecimalField(_("rate to the base currency"), max_digits=18, decimal_places=8, default=Decimal(1))
    supplier_note = models.CharField(_("supplier's delivery note"), max_length=60, blank=True)
    key = models.CharField(max_length=80, null=True, blank=True, unique=True, editable=False)

    ownership: ClassVar[Ownership] = Ownership(branch="order__branch", warehouse="order__warehouse")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "number"], name="goods_receipt_number_once")]
        indexes = [models.Index(fields=["-received_at", "-id"], name="goods_receipt_newest")]
        triggers = [
            frozen_when(
                "goods_receipt_frozen", pgtrigger.Q(old__status="posted"), except_fields=["version", "updated_at"]
            ),
            kept_when("goods_receipt_kept", pgtrigger.Q(old__status="posted")),
        ]

    def __str__(self) -> str:
        return self.number


class GoodsReceiptLine(models.Model):
    """`qty` came, `rejected_qty` of it went back and was not stocked.

    `value` is accepted quantity × price in base currency, to the cent; `landed_value` the share of freight and
    the like. `move` is empty when all was rejected.
    """

    receipt = models.ForeignKey(GoodsReceipt, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(PurchaseOrderLine, on_delete=models.PROTECT, related_name="receipt_lines")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+", db_index=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    qty = qty_field(_("quantity"))
    rejected_qty = qty_field(_("rejected"), default=Decimal(0))
    value = money_field(_("value"))
    landed_value = money_field(_("freight and other costs"), default=Decimal(0))
    move = models.OneToOneField(StockMove, on_delete=models.PROTECT, null=True, blank=True, related_name="receipt_line")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(qty__gt=0, value__gte=0, landed_value__gte=0), name="receipt_line_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["lot"], condition=Q(lot__isnull=False), name="receipt_line_of_lot")]
        triggers = [append_only("goods_receipt_line_append_only")]

    def __str__(self) -> str:
        return f"{self.receipt_id}: {self.qty}"


class LandedCost(models.Model):
    """Freight, customs or the like on a receipt; late when it came after posting (then an adjustment carries it)."""

    receipt = models.ForeignKey(GoodsReceipt, on_delete=models.PROTECT, related_name="landed_costs")
    label = models.CharField(_("what"), max_length=80)
    amount = money_field(_("amount"))
    key = models.CharField(max_length=10, choices=CostKey.choices, default=CostKey.VALUE)
    is_late = models.BooleanField(default=False)
    occurred_at = models.DateTimeField()
    source_key = models.CharField(max_length=120, null=True, blank=True, unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="landed_cost_positive")]
        triggers = [append_only("landed_cost_append_only")]

    def __str__(self) -> str:
        return f"{self.label}: {self.amount}"


class LandedCostShare(models.Model):
    cost = models.ForeignKey(LandedCost, on_delete=models.PROTECT, related_name="shares")
    line = models.ForeignKey(GoodsReceiptLine, on_delete=models.PROTECT, related_name="cost_shares")
    amount = money_field()

    class Meta:
        triggers = [append_only("landed_cost_share_append_only")]

    def __str__(self) -> str:
        return f"{self.cost_id}/{self.line_id}: {self.amount}"
