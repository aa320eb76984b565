from django.utils.translation import gettext_lazy as _

from core.ui.switches import Switch, declare

declare(
    Switch(
        "marketing",
        _("Marketing"),
        help=_("Campaigns and what came of them."),
        app="marketing",
        needs=("sales",),
        icon="speakerphone",
    )
)
