"""Functions of the kit that a company may do without. Each closes the actions its doors ask for."""

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
    Switch(
        "imports",
        _("Imports"),
        help=_("Bringing in files of clients, persons, leads, items and more."),
        actions=("core.view_importrun",),
        icon="table-import",
    ),
    Switch(
        "exports",
        _("Exports"),
        help=_("Taking lists out as files."),
        actions=("core.export_rows",),
        icon="table-export",
    ),
    Switch(
        "api",
        _("API"),
        help=_("Other systems read and write with keys that people make for them."),
        actions=("core.use_api",),
        icon="key",
    ),
    Switch(
        "webhooks",
        _("Webhooks"),
        help=_("Telling other systems at once what happened here."),
        actions=("core.manage_webhooks",),
        icon="webhook",
    ),
    Switch(
        "acting",
        _("Work in another's name"),
        help=_("Administrators look at the system as one of the users, written down with both names."),
        actions=("core.act_as",),
        icon="spy",
    ),
)
