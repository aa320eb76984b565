"""What can be done in sales, and which role may do it from the start."""

from django.utils.translation import gettext_lazy as _

from core import policy
from core.choices import Reach
from core.policy import Action

SELLING = {"seller": Reach.OWN, "head_of_sales": Reach.TEAM}
SEEING_DEALS = {**SELLING, "marketer": Reach.ALL, "director": Reach.ALL, "production_lead": Reach.ALL}
SEEING_ORDERS = {
    **SELLING,
    "storekeeper": Reach.BRANCH,
    "purchaser": Reach.ALL,
    "production_lead": Reach.ALL,
    "accountant": Reach.ALL,
    "marketer": Reach.ALL,
    "director": Reach.ALL,
}
SHIPPING = {"storekeeper": Reach.BRANCH, "head_of_sales": Reach.TEAM}
SETTING_UP = {"head_of_sales": Reach.ALL}

policy.register(
    [
        Action("sales.view_deal", _("See deals"), SEEING_DEALS),
        Action("sales.view_stagechange", _("See the history of deals"), SEEING_DEALS),
        Action("sales.view_pipeline", _("See pipelines"), SEEING_DEALS),
        Action("sales.view_pricelist", _("See price lists"), {**SEEING_DEALS, "accountant": Reach.ALL}),
        Action("sales.view_quote", _("See quotes"), SEEING_DEALS),
        Action("sales.view_estimaterequest", _("See estimate requests"), SEEING_DEALS),
        Action("sales.view_approval", _("See approvals"), {**SELLING, "director": Reach.ALL}),
        Action("sales.view_salesorder", _("See orders"), SEEING_ORDERS),
        Action("sales.view_shipment", _("See shipments"), SEEING_ORDERS),
        Action(
            "sales.view_costs",
            _("See costs and margins"),
            {**SELLING, "production_lead": Reach.ALL, "accountant": Reach.ALL, "director": Reach.ALL},
        ),
        Action("sales.open_deal", _("Open deals"), SELLING),
        Action("sales.move_deal", _("Work on deals"), SELLING),
        Action("sales.bin_deal", _("Put deals into the bin"), SELLING),
        Action("sales.skip_duties", _("Leave a stage with open duties"), {"head_of_sales": Reach.TEAM}),
        Action("sales.close_deal", _("Win and lose deals"), SELLING),
        Action("sales.win_without_quote", _("Win a deal without a quote"), {"head_of_sales": Reach.TEAM}),
        Action("sales.request_estimate", _("Ask for estimates"), SELLING),
        Action("sales.answer_estimate", _("Answer estimate requests"), {"production_lead": Reach.ALL}),
        Action("sales.draft_quote", _("Write quotes"), SELLING),
        Action("sales.send_quote", _("Send quotes"), SELLING),
        Action("sales.decide_approval", _("Decide on discounts"), {"head_of_sales": Reach.TEAM, "director": Reach.ALL}),
        Action("sales.accept_quote", _("Record a client's decision on a quote"), SELLING),
        Action("sales.create_order", _("Enter orders"), SELLING),
        Action("sales.confirm_order", _("Confirm orders"), SELLING),
        Action(
            "sales.change_order",
            _("Correct dates, address and owner of orders, and share them with their clients"),
            SELLING,
        ),
        Action("sales.cancel_order", _("Cancel orders"), {"head_of_sales": Reach.TEAM}),
        Action(
            "sales.fulfil_order",
            _("Report what was made, promised or performed for an order"),
            {**SHIPPING, "production_lead": Reach.ALL, "operator": Reach.ALL},
        ),
        Action("sales.ship_order", _("Ship orders"), SHIPPING),
        Action(
            "sales.add_cost",
            _("Book costs on orders"),
            {"head_of_sales": Reach.TEAM, "production_lead": Reach.ALL, "accountant": Reach.ALL},
        ),
        Action("sales.note_invoiced", _("Mark order lines as invoiced"), {"accountant": Reach.ALL}),
        Action("sales.set_up_prices", _("Maintain price lists and discount limits"), SETTING_UP),
        Action("sales.import_history", _("Import orders and deals of another system"), SETTING_UP),
        Action("sales.set_up_pipelines", _("Maintain pipelines"), SETTING_UP),
    ]
)
