from django.utils.translation import gettext_lazy as _

from core.ui.switches import Switch, declare

declare(
    Switch(
        "support",
        _("Service"),
        help=_("Complaints, visits and installation."),
        app="support",
        needs=("sales", "inventory"),
        icon="lifebuoy",
    )
)
