from django.utils.translation import gettext_lazy as _

from core import policy
from core.choices import Reach
from core.policy import Action

ALL = Reach.ALL
LEADS = {"production_lead": ALL}
SHOP_FLOOR = {"production_lead": ALL, "operator": ALL}
LOOKERS = {
    "production_lead": ALL,
    "operator": ALL,
    "purchaser": ALL,
    "storekeeper": ALL,
    "head_of_sales": ALL,
    "seller": ALL,
    "director": ALL,
}

policy.register(
    [
        Action("production.view_workorder", _("See work orders"), {**LOOKERS, "accountant": ALL}),
        Action("production.view_bom", _("See recipes"), LOOKERS),
        Action("production.view_workcenter", _("See work centres"), LOOKERS),
        Action(
            "production.view_wip", _("See the cost of work in progress"), {**LEADS, "accountant": ALL, "director": ALL}
        ),
        Action("production.edit_bom", _("Write and release recipes"), LEADS),
        Action("production.edit_workcenter", _("Set up and block work centres"), LEADS),
        Action(
            "production.plan_order", _("Plan what an order needs"), {**LEADS, "head_of_sales": ALL, "purchaser": ALL}
        ),
        Action("production.make_for_stock", _("Order work for stock"), LEADS),
        Action("production.answer_estimate", _("Answer questions about cost"), LEADS),
        Action("production.release_work_order", _("Release and cancel work orders"), LEADS),
        Action("production.issue_materials", _("Issue material to work orders"), {**SHOP_FLOOR, "storekeeper": ALL}),
        Action("production.report_time", _("Report working time"), SHOP_FLOOR),
        Action("production.report_output", _("Report output"), SHOP_FLOOR),
        Action("production.open_station", _("Open stations of the shop floor"), LEADS),
        Action("production.manage_pins", _("Set PINs and badges of operators"), LEADS),
        Action("production.close_work_order", _("Close work orders"), {**LEADS, "accountant": ALL}),
    ]
)
