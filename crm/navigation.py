"""Entries of the sidebar that belong to clients."""

from django.utils.translation import gettext_lazy as _

from core.ui import navigation
from core.ui.navigation import Entry

navigation.add(
    Entry(_("Clients"), "building-store", "crm:client_list", "sell", 40, action="crm.view_client", on_phone=True),
)
