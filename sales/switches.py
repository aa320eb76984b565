from django.utils.translation import gettext_lazy as _

from core.ui.switches import Switch, declare

declare(
    Switch(
        "sales",
        _("Sales"),
        help=_("Deals, quotes, orders and shipments."),
        app="sales",
        needs=("inventory",),
        icon="briefcase",
    )
)
