"""What people hear of money."""

from django.utils.translation import gettext_lazy as _

from core.notices.choices import Mail
from core.notices.kinds import Kind, declare

declare(
    Kind("finance.money_in", _("A client of mine has paid"), "cash", mail=Mail.NEVER),
    Kind("finance.invoice_paid", _("An invoice of a client of mine is paid"), "circle-check", mail=Mail.NEVER),
)
