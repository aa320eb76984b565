"""Entries of the sidebar that belong to clients."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core import policy
from core.ui import navigation
from core.ui.navigation import Entry
from crm.choices import LeadStatus
from crm.models import Lead
from crm.selectors.inbox import waiting_leads
from crm.selectors.webforms import waiting_count


def new_leads(user: Any) -> int | None:
    return Lead.objects.visible_to(user, "crm.view_lead").filter(status=LeadStatus.NEW).count() or None


def unanswered(user: Any) -> int | None:
    return waiting_leads(user).count() or None


def held_back(user: Any) -> int | None:
    """Submissions that wait for a person to release or delete them."""
    return waiting_count() if policy.allows(user, "crm.sort_submissions") else None


navigation.add(
    Entry(
        _("Inbox"),
        "inbox",
        "crm:inbox",
        "",
        15,
        action="crm.view_lead",
        on_phone=True,
        counter=unanswered,
        counter_seconds=10,
        first_for=("seller", "marketer"),
    ),
    Entry(_("My tasks"), "calendar", "crm:task_calendar", "", 20, action="crm.view_task"),
    Entry(
        _("Leads"),
        "user-plus",
        "crm:lead_list",
        "sell",
        10,
        action="crm.view_lead",
        counter=new_leads,
        counter_seconds=10,
    ),
    Entry(
        _("Web forms"),
        "forms",
        "crm:webform_list",
        "grow",
        60,
        action="crm.view_webform",
        counter=held_back,
        counter_seconds=10,
        first_for=("marketer",),
    ),
    Entry(_("Clients"), "building-store", "crm:client_list", "sell", 40, action="crm.view_client", on_phone=True),
    Entry(_("Contacts"), "address-book", "crm:person_list", "sell", 50, action="crm.view_person", on_phone=True),
)
