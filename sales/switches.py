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
    ),
    Switch(
        "estimates",
        _("Estimates"),
        help=_("Sellers ask production for costs and dates before they quote."),
        needs=("sales",),
        actions=("sales.request_estimate", "sales.answer_estimate", "sales.view_estimaterequest"),
        icon="calculator",
    ),
)
