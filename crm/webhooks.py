"""What other systems may hear of leads and tasks."""

from django.utils.translation import gettext_lazy as _

from core.api.publishing import tells
from crm import events

tells(events.LeadReceived, "lead.received", _("A lead came in"), resource="leads", record="lead_id")
tells(events.LeadQualified, "lead.qualified", _("A lead became a deal"), resource="leads", record="lead_id")
tells(events.LeadRejected, "lead.rejected", _("A lead came to nothing"), resource="leads", record="lead_id")
tells(events.TaskDone, "task.done", _("A task is done"), resource="tasks", record="task_id")
