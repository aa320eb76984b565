from django.utils.translation import gettext_lazy as _

from core.ui.switches import Switch, declare

declare(
    Switch(
        "reports",
        _("Reports"),
        help=_("Dashboards, plans, funnel, ABC and XYZ."),
        app="reports",
        needs=("sales", "inventory"),
        icon="chart-bar",
    )
)
