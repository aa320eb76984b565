"""Settings of money: what cash is counted under."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.settingspages import hub

hub.add(
    hub.Entry(
        _("Cash articles"),
        _("What money comes in and goes out for: the lines of the cash journal and of budgets."),
        "list-tree",
        "finance:article_list",
        "money",
        "finance.manage_accounts",
        40,
    )
)
