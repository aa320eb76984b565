from django.utils.translation import gettext_lazy as _

from core.ui.switches import Switch, declare

declare(
    Switch(
        "inventory",
        _("Stock and purchasing"),
        help=_("Items, warehouses, receipts, moves and orders to suppliers."),
        app="inventory",
        needs=(),
        icon="packages",
    )
)
