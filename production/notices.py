"""What the production lead hears of the shop floor."""

from django.utils.translation import gettext_lazy as _

from core.notices.choices import Mail
from core.notices.kinds import Kind, declare

declare(
    Kind("production.job_blocked", _("A job on the shop floor cannot go on"), "ban", mail=Mail.NEVER),
    Kind("production.help_wanted", _("Somebody on the shop floor calls for help"), "urgent", mail=Mail.NEVER),
)
