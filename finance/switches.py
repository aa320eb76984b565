from django.utils.translation import gettext_lazy as _

from core.ui.switches import Switch, declare

declare(
    Switch(
        "finance",
        _("Finance"),
        help=_("Invoices, payments, bank statements and results."),
        app="finance",
        needs=("sales", "inventory"),
        icon="coin",
    )
)
