"""What people hear of approvals and of their clients' answers."""

from django.utils.translation import gettext_lazy as _

from core.notices.choices import Mail
from core.notices.kinds import Kind, declare

declare(
    Kind("sales.approval_asked", _("Somebody asks me to approve a discount"), "help-circle", mail=Mail.NOW),
    Kind(
        "sales.approval_decided", _("A discount that I asked for is decided"), "rosette-discount-check", mail=Mail.NOW
    ),
    Kind("sales.client_answered", _("A client accepts or refuses a quote of mine"), "signature", mail=Mail.NOW),
)
