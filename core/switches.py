"""Functions of the kit that a company may do without."""

from django.utils.translation import gettext_lazy as _

from core.ui.switches import Switch, declare

declare(
    Switch(
        "own_fields",
        _("Own fields"),
        help=_("Fields of the company's own on clients, persons, leads, deals, orders and items."),
        actions=("core.manage_custom_fields",),
        icon="forms",
    ),
)
