"""What production is asked about a deal, and what it answers."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.history import tracked
from core.models import Entity, Ownership, append_only, frozen_when, money_field, price_field, qty_field
from sales.choices import EstimateKind, EstimateStatus
from sales.models.deals import Deal


@tracked
class EstimateRequest(Entity):
    """A seller asks what something would cost; production answers once. A change is a new question."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="estimate_requests")
    status = models.CharField(max_length=8, choices=EstimateStatus.choices, default=EstimateStatus.ASKED)
    asked_at = models.DateTimeField(_("asked at"))
    due_on = models.DateField(_("due"), null=True, blank=True)
    asked_of = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cost = money_field(_("cost"), default=Decimal(0))
    lead_days = models.PositiveSmallIntegerField(_("lead time, working days"), null=True, blank=True)
    remark = models.TextField(_("remark"), blank=True)

    ownership: ClassVar[Ownership] = Ownership(owner="deal__owner", branch="deal__branch")

    class Meta:
        triggers = [
            frozen_when(
                "estimate_answer_frozen",
                pgtrigger.Q(old__status__in=["answered", "refused"]),
                except_fields=["version", "updated_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deal_id}: {self.cost}"


class EstimateLine(models.Model):
    """What is asked about: `qty` of an item."""

    request = models.ForeignKey(EstimateRequest, on_delete=models.CASCADE, related_name="lines")
    item = models.ForeignKey("inventory.Item", on_delete=models.PROTECT, related_name="+")
    qty = qty_field(_("quantity"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(qty__gt=0), name="estimate_line_qty_positive"),
            models.UniqueConstraint(fields=["request", "item"], name="estimate_line_once_per_item"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.qty}"


class EstimateCost(models.Model):
    """One part of the answer. `code` is the component's SKU or the work centre's code.

    `last_price` is the unit cost of the last slice: what one more (or one less) would have cost.
    """

    view_action = "sales.view_costs"

    request = models.ForeignKey(EstimateRequest, on_delete=models.CASCADE, related_name="costs")
    for_item = models.ForeignKey("inventory.Item", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=EstimateKind.choices)
    item = models.ForeignKey("inventory.Item", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    code = models.CharField(max_length=40, blank=True)
    qty = qty_field(_("quantity or minutes"), default=Decimal(0))
    amount = money_field(_("amount"))
    last_price = price_field(default=Decimal(0))

    class Meta:
        triggers = [append_only("estimate_cost_append_only")]

    def __str__(self) -> str:
        return f"{self.code}: {self.amount}"
