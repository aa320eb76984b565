from django.utils.translation import gettext_lazy as _

from core.ui.switches import Switch, declare

declare(
    Switch(
        "production",
        _("Production"),
        help=_("Recipes, work orders, work centres and plans."),
        app="production",
        needs=("sales", "inventory"),
        icon="tools",
    )
)
