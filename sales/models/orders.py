from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.choices import Origin
from core.history import tracked
from core.models import (
    CustomValues,
    Entity,
    LockingQuerySet,
    Ownership,
    append_only,
    frozen_when,
    kept_when,
    money_field,
    percent_field,
    price_field,
    qty_field,
)
from sales.choices import OrderCostKind, OrderStatus
from sales.models.deals import Deal
from sales.models.guards import leaves_with_its_sums, lines_frozen
from sales.models.quotes import Quote

OUT = ~pgtrigger.Q(old__status="draft") & pgtrigger.Q(old__origin="own")
OPEN_TO_CHANGES = "d.status = 'draft' OR d.origin = 'imported'"


@tracked
class SalesOrder(CustomValues, Entity):
    """The client's order. The legal entity and all amounts are frozen at confirmation.

    Own orders are kept to the cent; imported history keeps its source's four places (`origin`), has moved no
    stock here, and says in `line_gap` by how much its stated net misses its lines.
    """

    organization = models.ForeignKey("core.Organization", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    warehouse = models.ForeignKey(
        "inventory.Warehouse", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    number = models.CharField(_("number"), max_length=40)
    status = models.CharField(max_length=12, choices=OrderStatus.choices, default=OrderStatus.DRAFT)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.OWN)
    channel = models.CharField(_("channel"), max_length=20, blank=True)
    client = models.ForeignKey("crm.Client", on_delete=models.PROTECT, related_name="orders")
    legal_entity = models.ForeignKey("crm.LegalEntity", on_delete=models.PROTECT, related_name="orders")
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, null=True, blank=True, related_name="orders")
    quote = models.OneToOneField(Quote, on_delete=models.PROTECT, null=True, blank=True, related_name="order")
    owner = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="orders")
    territory = models.CharField(_("territory"), max_length=60, blank=True)
    client_reference = models.CharField(_("client's order number"), max_length=60, blank=True)
    currency = models.ForeignKey("core.Currency", on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField(_("ordered at"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    wished_on = models.DateField(_("wished for"), null=True, blank=True)
    promised_on = models.DateField(_("promised for"), null=True, blank=True)
    first_promised_on = models.DateField(_("first promised for"), null=True, blank=True)
    payment_days = models.PositiveSmallIntegerField(_("payment term, days"), default=14)
    terms = models.TextField(_("terms"), blank=True)
    delivery_address = models.TextField(_("delivery address"), blank=True)
    net_amount = money_field(_("net"), exact=True, default=Decimal(0))
    tax_amount = money_field(_("tax"), exact=True, default=Decimal(0))
    freight_amount = money_field(_("freight"), exact=True, default=Decimal(0))
    gross_amount = money_field(_("total"), exact=True, default=Decimal(0))
    line_gap = money_field(_("stated net less lines"), exact=True, default=Decimal(0))

    ownership: ClassVar[Ownership] = Ownership(owner="owner", branch="branch")

    class Meta:
        verbose_name, verbose_name_plural = _("sales order"), _("sales orders")
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="sales_order_number_once"),
            models.CheckConstraint(
                condition=Q(gross_amount=F("net_amount") + F("tax_amount") + F("freight_amount")),
                name="sales_order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(origin="imported")
                | Q(net_amount=Round("net_amount", 2), tax_amount=Round("tax_amount", 2), line_gap=0),
                name="sales_order_own_to_the_cent",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(status="cancelled") | Q(confirmed_at__isnull=False),
                name="sales_order_confirmed_at_when_confirmed",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-ordered_at"], name="sales_order_of_client"),
            models.Index(fields=["ordered_at"], name="sales_order_by_day"),
            models.Index(fields=["status", "promised_on"], name="sales_order_open"),
        ]
        triggers = [
            frozen_when(
                "sales_order_confirmed_is_frozen",
                OUT,
                except_fields=[
                    "version", "updated_at", "updated_by", "status", "done_at", "promised_on", "first_promised_on",
                    "wished_on", "delivery_address", "client_reference", "owner", "custom",
                ],
            ),
            kept_when("sales_order_confirmed_is_kept", OUT),
            leaves_with_its_sums(
                "sales_order_leaves_with_its_sums",
                lines="sales_orderline",
                taxes="sales_ordertax",
                document="order_id",
                condition=pgtrigger.Q(old__status="draft", new__status="confirmed", new__origin="own"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """`made_qty`, `shipped_qty` (for a service: performed) and `invoiced_qty` only grow by their documents."""

    order = models.ForeignKey(SalesOrder, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    item = models.ForeignKey("inventory.Item", on_delete=models.PROTECT, related_name="order_lines")
    text = models.CharField(_("description"), max_length=300, blank=True)
    qty = qty_field(_("quantity"))
    unit_price = price_field(_("price"))
    discount_pct = percent_field(_("discount, %"), default=Decimal(0))
    tax_percent = percent_field(_("tax, %"), default=Decimal(0))
    net_amount = price_field(_("net"))  # own lines to the cent; imported history states up to six places
    cost_amount = money_field(_("estimated cost"), default=Decimal(0))
    made_qty = qty_field(_("made"), default=Decimal(0))
    shipped_qty = qty_field(_("shipped"), default=Decimal(0))
    invoiced_qty = qty_field(_("invoiced"), default=Decimal(0))
    returned_qty = qty_field(_("returned"), default=Decimal(0))
    tolerance_qty = qty_field(_("over-delivery"), default=Decimal(0))
    promised_on = models.DateField(_("promised for"), null=True, blank=True)
    offer = models.CharField(_("special offer"), max_length=80, blank=True)
    price_trace = models.JSONField(default=dict, blank=True)
    source_line = models.ForeignKey(
        "sales.QuoteLine", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = LockingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_position_once"),
            models.CheckConstraint(condition=Q(qty__gt=0), name="order_line_qty_positive"),
            models.CheckConstraint(
                condition=Q(shipped_qty__gte=0, shipped_qty__lte=F("qty") + F("tolerance_qty")),
                name="order_line_shipped_within_ordered",
            ),
            models.CheckConstraint(
                condition=Q(invoiced_qty__gte=0, invoiced_qty__lte=F("qty") + F("tolerance_qty")),
                name="order_line_invoiced_within_ordered",
            ),
            models.CheckConstraint(
                condition=Q(made_qty__gte=0, returned_qty__gte=0, returned_qty__lte=F("shipped_qty")),
                name="order_line_returned_within_shipped",
            ),
        ]
        triggers = lines_frozen(
            "order_line_frozen",
            document="order_id",
            table="sales_salesorder",
            condition=OPEN_TO_CHANGES,
            columns=["order_id", "item_id", "qty", "unit_price", "discount_pct", "tax_percent", "net_amount"],
        )

    def __str__(self) -> str:
        return f"{self.order_id}/{self.position}"

    @property
    def demand_key(self) -> str:
        """The name of this line in the stock's reservations."""
        return f"sales.line:{self.pk}"


class OrderTax(models.Model):
    order = models.ForeignKey(SalesOrder, on_delete=models.CASCADE, related_name="taxes")
    percent = percent_field()
    net_amount = money_field()
    tax_amount = money_field()

    class Meta:
        verbose_name_plural = _("order taxes")
        constraints = [models.UniqueConstraint(fields=["order", "percent"], name="order_tax_once_per_rate")]
        triggers = lines_frozen(
            "order_tax_frozen",
            document="order_id",
            table="sales_salesorder",
            condition=OPEN_TO_CHANGES,
            columns=["order_id", "percent", "net_amount", "tax_amount"],
        )

    def __str__(self) -> str:
        return f"{self.percent} %: {self.tax_amount}"


class OrderCost(models.Model):
    """What an order has really cost, piece by piece as it happens. Append-only; corrections are negative rows.

    `move` is the stock move that carried the goods, so a cost learned late finds its order.
    """

    view_action = "sales.view_costs"

    order = models.ForeignKey(SalesOrder, on_delete=models.PROTECT, related_name="costs", db_index=False)
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, null=True, blank=True, related_name="costs")
    kind = models.CharField(max_length=12, choices=OrderCostKind.choices)
    amount = money_field(_("amount"))
    label = models.CharField(_("what"), max_length=120, blank=True)
    move = models.ForeignKey(
        "inventory.StockMove", on_delete=models.PROTECT, null=True, blank=True, related_name="order_costs"
    )
    adjustment = models.ForeignKey(
        "inventory.ValueAdjustment", on_delete=models.PROTECT, null=True, blank=True, related_name="order_costs"
    )
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now)
    source_key = models.CharField(max_length=160, unique=True)

    class Meta:
        indexes = [models.Index(fields=["order", "occurred_at"], name="order_cost_of_order")]
        triggers = [append_only("order_cost_append_only")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.amount}"
