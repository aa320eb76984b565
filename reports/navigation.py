"""Entries of the sidebar that belong to reports."""

from django.utils.translation import gettext_lazy as _

from core.ui import navigation
from core.ui.navigation import Entry

navigation.add(
    Entry(
        _("Dashboard"), "chart-histogram", "reports:dashboard", "", 15, action="reports.view_dashboard", on_phone=True,
        first_for=("director",)),
    Entry(_("Reports"), "report-analytics", "reports:sales", "steer", 10, action="reports.view_indicators",
        first_for=("director",)),
    Entry(_("Plans"), "target", "reports:plan_list", "sell", 26, action="reports.set_plan"),
)  # fmt: skip
