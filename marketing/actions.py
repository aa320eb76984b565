"""The rights of marketing and who holds them from the start."""

from django.utils.translation import gettext_lazy as _

from core import policy
from core.choices import Reach
from core.policy import Action

MARKETS = {"marketer": Reach.ALL}
SEES = {**MARKETS, "head_of_sales": Reach.ALL, "accountant": Reach.ALL, "director": Reach.ALL}

policy.register(
    [
        Action("marketing.view_campaign", _("See campaigns and their costs"), SEES),
        Action("marketing.view_campaigncost", _("See the costs of campaigns"), SEES),
        Action("marketing.view_touch", _("See through what clients met us"), {**SEES, "seller": Reach.ALL}),
        Action("marketing.manage_campaigns", _("Create and run campaigns"), MARKETS),
        Action("marketing.add_campaign_cost", _("Enter costs of campaigns"), {**MARKETS, "accountant": Reach.ALL}),
        Action("marketing.record_touch", _("Record touches"), MARKETS),
    ]
)
