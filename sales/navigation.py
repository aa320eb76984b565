"""Entries of the sidebar that belong to selling: the day, deals, quotes, orders and shipments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import policy
from core.ui.navigation import Entry, add
from crm.models import Task
from crm.selectors.steps import OPEN
from sales.choices import ApprovalStatus
from sales.models import Approval
from sales.selectors.picking import waiting_count


def asked_approvals(user: Any) -> int | None:
    """How many discounts wait for the user's decision."""
    if not policy.allows(user, "sales.decide_approval"):
        return None
    rows = Approval.objects.visible_to(user, "sales.decide_approval").filter(status=ApprovalStatus.ASKED)
    return rows.exclude(asked_by=user.pk).count() or None


def due_today(user: Any) -> int | None:
    """How many tasks are due up to this evening."""
    tomorrow = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return Task.objects.filter(assignee=user, status__in=OPEN, due_at__lt=tomorrow).count() or None


def orders_to_be_picked(user: Any) -> int | None:
    """How many orders have goods that stand ready."""
    return waiting_count(user) or None


add(
    Entry(
        _("My day"),
        "sun",
        "sales:my_day",
        "",
        5,
        action="sales.open_deal",
        on_phone=True,
        counter=due_today,
        counter_seconds=10,
        first_for=("seller",),
    ),
    Entry(
        _("Team"),
        "users-group",
        "sales:team_board",
        "sell",
        25,
        action="sales.skip_duties",
        first_for=("head_of_sales",),
    ),
    Entry(
        _("Deals"),
        "layout-kanban",
        "sales:deal_board",
        "sell",
        20,
        action="sales.view_deal",
        on_phone=True,
        first_for=("seller", "head_of_sales"),
    ),
    Entry(
        _("Picking"),
        "clipboard-check",
        "sales:picking",
        "stock",
        20,
        action="sales.ship_order",
        on_phone=True,
        counter=orders_to_be_picked,
        counter_seconds=60,
        first_for=("storekeeper",),
    ),
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
        first_for=("head_of_sales", "director"),
    ),
    Entry(_("Price lists"), "tags", "sales:pricelist_list", "sell", 66, action="sales.view_pricelist"),
    Entry(_("Shipments"), "truck-delivery", "sales:shipment_list", "deliver", 30, action="sales.view_shipment"),
)
