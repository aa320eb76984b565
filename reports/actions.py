"""The rights of reports and who holds them from the start. Each indicator asks for the right of its own app as well."""

from django.utils.translation import gettext_lazy as _

from core import policy
from core.choices import Reach
from core.policy import Action

READS = {
    "head_of_sales": Reach.TEAM,
    "accountant": Reach.ALL,
    "marketer": Reach.ALL,
    "director": Reach.ALL,
    "production_lead": Reach.ALL,
    "purchaser": Reach.ALL,
}

policy.register(
    [
        Action("reports.view_indicators", _("See indicators"), {**READS, "seller": Reach.OWN}),
        Action("reports.view_dashboard", _("See the dashboard of the company"), {
            "head_of_sales": Reach.TEAM, "accountant": Reach.ALL, "director": Reach.ALL,
        }),
        Action("reports.view_costs", _("See costs and margins in reports"), {
            "accountant": Reach.ALL, "director": Reach.ALL,
        }),
        Action("reports.view_kpiplan", _("See targets"), {
            "seller": Reach.OWN, "head_of_sales": Reach.TEAM, "director": Reach.ALL,
        }),
        Action("reports.set_plan", _("Set targets"), {"head_of_sales": Reach.TEAM, "director": Reach.ALL}),
        Action("reports.classify", _("Classify items and clients"), {**READS}),
    ]
)  # fmt: skip
