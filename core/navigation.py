"""Entries of the sidebar that belong to no app above."""

from django.utils.translation import gettext_lazy as _

from core.jobs.selectors import under_way
from core.notices.selectors import unread_count
from core.ui.navigation import Entry, add

add(
    Entry(_("Home"), "home", "home", order=1, on_phone=True),
    Entry(_("Notices"), "bell", "core:notice_list", order=80, counter=lambda user: unread_count(user) or None),
    Entry(_("Settings"), "settings", "core:settings", section="setup", order=50, action="core.open_settings"),
    Entry(_("Users"), "users", "core:user_list", section="setup", order=55, action="core.manage_users"),
    Entry(
        _("Background work"),
        "progress-check",
        "core:job_list",
        section="setup",
        order=90,
        action="core.view_job",
        counter=lambda user: under_way(user) or None,
        counter_seconds=10,
    ),
    Entry(_("Imports"), "file-import", "core:import_list", section="setup", order=85, action="core.view_importrun"),
    Entry(
        _("Own fields"),
        "forms",
        "core:own_field_list",
        section="setup",
        order=60,
        action="core.manage_custom_fields",
        switch="own_fields",
    ),
    Entry(_("Switches"), "toggle-right", "core:switch_list", section="setup", order=70, action="core.manage_switches"),
    Entry(_("API keys"), "key", "core:api_token_list", section="setup", order=75, action="core.use_api"),
    Entry(_("Webhooks"), "webhook", "core:webhook_list", section="setup", order=76, action="core.manage_webhooks"),
)
