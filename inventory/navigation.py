"""Entries of the sidebar that belong to goods."""

from django.utils.translation import gettext_lazy as _

from core.ui import navigation
from core.ui.navigation import Entry

navigation.add(
    Entry(_("Items"), "packages", "inventory:item_list", "deliver", 10, action="inventory.view_item", on_phone=True),
)
