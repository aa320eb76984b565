from django.utils.translation import gettext_lazy as _

from core import policy
from core.choices import Reach
from core.policy import Action

ALL = Reach.ALL

policy.register(
    [
        Action("core.manage_organization", _("Set up organisations, branches, calendars and numbers")),
        Action(
            "core.open_settings",
            _("Open the settings"),
            dict.fromkeys(("head_of_sales", "purchaser", "production_lead", "accountant", "marketer", "director"), ALL),
        ),
        Action("core.edit_master_data", _("Edit master data and see all tables in the administration")),
        Action("core.manage_rates", _("Enter exchange rates and tax rates"), {"accountant": ALL}),
        Action("core.manage_users", _("Create users and teams, and block users")),
        Action("core.assign_roles", _("Give roles and change their rights")),
        Action("core.act_as", _("Work in the name of another user")),
        Action("core.view_organization", _("See organisations"), dict.fromkeys(policy.ROLES, ALL)),
        Action("core.view_branch", _("See branches"), dict.fromkeys(policy.ROLES, ALL)),
        Action("core.share_views", _("Show saved views to others"), {"head_of_sales": ALL, "director": ALL}),
        Action("core.export_rows", _("Export lists"), {role: ALL for role in policy.ROLES if role != "operator"}),
        Action("core.view_history", _("See who changed what"), {"director": ALL}),
        Action(
            "core.use_api",
            _("Make keys for the API"),
            dict.fromkeys(
                ["head_of_sales", "purchaser", "production_lead", "accountant", "marketer", "director"], Reach.OWN
            ),
        ),
        Action(
            "core.manage_webhooks",
            _("Set up webhooks"),
            {"head_of_sales": Reach.OWN, "marketer": Reach.OWN, "director": ALL},
        ),
        Action("core.manage_custom_fields", _("Define fields of the company's own")),
        Action("core.manage_switches", _("Switch modules and functions on and off")),
        Action("core.attach_file", _("Attach files to records"), dict.fromkeys(policy.ROLES, ALL)),
        Action("core.delete_file", _("Delete files that others attached"), {"director": ALL}),
        Action("core.manage_messages", _("Send messages again and retry failed work"), {"director": ALL}),
        Action("core.view_notice", _("See notices"), dict.fromkeys(policy.ROLES, Reach.OWN)),
        Action("core.view_reminder", _("See reminders"), dict.fromkeys(policy.ROLES, Reach.OWN)),
        Action("core.view_job", _("See background jobs"), dict.fromkeys(policy.ROLES, Reach.OWN)),
        Action("core.view_importrun", _("See imports"), {**dict.fromkeys(policy.ROLES, Reach.OWN), "director": ALL}),
    ]
)
