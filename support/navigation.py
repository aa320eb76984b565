"""Entries of the sidebar that belong to support."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.ui.navigation import Entry, add
from support.choices import TicketStatus
from support.models import Ticket


def open_tickets(user: Any) -> int | None:
    """Tickets that wait for us; those that wait for the client do not count."""
    rows = Ticket.objects.visible_to(user, "support.view_ticket")
    return rows.filter(status__in=(TicketStatus.NEW, TicketStatus.WORKING)).count() or None


add(
    Entry(_("Installation"), "tools", "support:visit_list", "deliver", 70, action="support.view_installationvisit"),
    Entry(
        _("Service"),
        "lifebuoy",
        "support:ticket_list",
        "sell",
        70,
        action="support.view_ticket",
        counter=open_tickets,
        counter_seconds=10,
    ),
)
