"""What people hear of leads and tasks."""

from django.utils.translation import gettext_lazy as _

from core.notices.choices import Mail
from core.notices.kinds import Kind, declare

declare(
    Kind("crm.lead_assigned", _("A lead is given to me"), "user-plus", mail=Mail.NOW),
    Kind("crm.task_assigned", _("A task is given to me"), "checkbox"),
    Kind("crm.task_due", _("A task of mine is due"), "calendar-due", mail=Mail.NEVER),
)
