"""The first entry of the sidebar."""

from django.utils.translation import gettext_lazy as _

from core.ui.navigation import Entry, add

add(Entry(_("Home"), "home", "home", order=1, on_phone=True))
