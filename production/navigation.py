"""Entries of the sidebar that belong to production."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.ui import navigation
from core.ui.navigation import Entry
from production.models import WorkOrder
from production.selectors.open_work import OPEN_WORK
from sales.choices import EstimateStatus
from sales.models import EstimateRequest


def open_work(user: Any) -> int:
    """Work orders that are not done (one statement)."""
    return WorkOrder.objects.visible_to(user).filter(Q(status__in=OPEN_WORK)).count()


def open_questions(user: Any) -> int:
    """Questions about cost that wait for an answer (one statement)."""
    rows = EstimateRequest.objects.visible_to(user, "production.answer_estimate")
    return rows.filter(status=EstimateStatus.ASKED).count()


navigation.add(
    Entry(_("Work orders"), "tools", "production:workorder_board", "make", 10, "production.view_workorder",
          on_phone=True, counter=open_work, counter_seconds=60, first_for=("production_lead",)),
    Entry(_("Plan"), "calendar-time", "production:plan", "make", 20, "production.plan_order", on_phone=True,
          first_for=("production_lead",)),
    Entry(_("Estimates"), "zoom-question", "production:estimate_inbox", "make", 30, "production.answer_estimate",
          counter=open_questions, counter_seconds=60, first_for=("production_lead",)),
    Entry(_("Bills of materials"), "hierarchy-3", "production:bom_list", "make", 40, "production.view_bom"),
    Entry(_("Work centres"), "building-factory-2", "production:center_list", "make", 50, "production.view_workcenter"),
    Entry(_("Shop floor"), "device-tablet", "production:shop_floor", "make", 60, "production.report_time",
          on_phone=True, first_for=("operator",)),
    Entry(_("PINs and badges"), "key", "production:operator_list", "setup", 60, "production.manage_pins"),
)  # fmt: skip
