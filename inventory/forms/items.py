"""The form of an item."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.ui.forms import Group, RecordForm
from inventory.models import Item


class ItemForm(RecordForm):
    groups = (
        Group(_("Item"), ("sku", "name", "type", "category", "unit", "is_sold", "tax")),
        Group(_("Stock"), ("replenishment", "valuation", "tracking", "min_stock", "reorder_point")),
        Group(
            _("Purchasing and costs"),
            ("standard_cost", "pack_qty", "moq", "lead_days", "weight_kg", "tolerance_pct", "status", "service_role"),
            more=True,
        ),
    )

    class Meta:
        model = Item
        fields = (
            "sku", "name", "type", "category", "unit", "is_sold", "tax", "replenishment", "valuation", "tracking",
            "min_stock", "reorder_point", "standard_cost", "pack_qty", "moq", "lead_days", "weight_kg", "tolerance_pct",
            "status", "service_role",
        )  # fmt: skip
