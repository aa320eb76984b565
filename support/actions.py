"""The rights of support and who holds them from the start."""

from django.utils.translation import gettext_lazy as _

from core import policy
from core.choices import Reach
from core.policy import Action

SELLS = {"seller": Reach.OWN, "head_of_sales": Reach.TEAM}
SEES = {**SELLS, "production_lead": Reach.ALL, "storekeeper": Reach.ALL, "accountant": Reach.ALL, "director": Reach.ALL}
PLANS = {**SELLS, "production_lead": Reach.ALL}

policy.register(
    [
        Action("support.view_installationvisit", _("See visits"), SEES),
        Action("support.plan_visit", _("Plan visits and send their links"), PLANS),
        Action("support.finish_visit", _("Report visits for the crew"), PLANS),
        Action("support.view_ticket", _("See complaints"), {**SEES, "purchaser": Reach.ALL}),
        Action("support.open_ticket", _("Take complaints"), PLANS),
        Action("support.work_ticket", _("Work on complaints"), PLANS),
        Action("support.resolve_ticket", _("Decide on complaints"), {"head_of_sales": Reach.ALL}),
    ]
)
