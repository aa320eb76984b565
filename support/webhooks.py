"""What other systems may hear of visits and complaints."""

from django.utils.translation import gettext_lazy as _

from core.api.publishing import tells
from support import events

tells(events.VisitDone, "visit.done", _("An order was installed"), resource="visits", record="visit_id")
tells(events.TicketOpened, "ticket.opened", _("A client complains"), resource="tickets", record="ticket_id")
tells(events.TicketResolved, "ticket.resolved", _("A complaint is decided"), resource="tickets", record="ticket_id")
