"""Entries of the sidebar that belong to quotes, orders and shipments."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core import policy
from core.ui.navigation import Entry, add
from sales.choices import ApprovalStatus
from sales.models import Approval


def asked_approvals(user: Any) -> int | None:
    """How many discounts wait for the user's decision."""
    if not policy.allows(user, "sales.decide_approval"):
        return None
    rows = Approval.objects.visible_to(user, "sales.decide_approval").filter(status=ApprovalStatus.ASKED)
    return rows.exclude(asked_by=user.pk).count() or None


add(
    Entry(_("Deals"), "layout-kanban", "sales:deal_board", "sell", 20, action="sales.view_deal", on_phone=True),
    Entry(_("Quotes"), "file-description", "sales:quote_list", "sell", 60, action="sales.view_quote"),
    Entry(_("Orders"), "file-invoice", "sales:order_list", "sell", 62, action="sales.view_salesorder"),
    Entry(
        _("Approvals"),
        "rosette-discount-check",
        "sales:approval_list",
        "sell",
        64,
        action="sales.decide_approval",
        counter=asked_approvals,
        counter_seconds=20,
    ),
    Entry(_("Price lists"), "tags", "sales:pricelist_list", "sell", 66, action="sales.view_pricelist"),
    Entry(_("Shipments"), "truck-delivery", "sales:shipment_list", "deliver", 30, action="sales.view_shipment"),
)
