"""What can be done with clients, leads and tasks, and which role may do it from the start."""

from django.utils.translation import gettext_lazy as _

from core import policy
from core.choices import Reach
from core.policy import Action

SELLING = {"seller": Reach.OWN, "head_of_sales": Reach.TEAM}
EVERYBODY_SEES = {
    "seller": Reach.OWN,
    "head_of_sales": Reach.TEAM,
    "purchaser": Reach.ALL,
    "accountant": Reach.ALL,
    "marketer": Reach.ALL,
    "director": Reach.ALL,
}
OWN_WORK = {
    "seller": Reach.OWN,
    "head_of_sales": Reach.TEAM,
    "purchaser": Reach.OWN,
    "storekeeper": Reach.BRANCH,
    "production_lead": Reach.BRANCH,
    "operator": Reach.OWN,
    "accountant": Reach.OWN,
    "marketer": Reach.OWN,
}

policy.register(
    [
        Action("crm.view_client", _("See clients"), EVERYBODY_SEES),
        Action("crm.view_legalentity", _("See legal entities"), EVERYBODY_SEES),
        Action("crm.view_person", _("See persons"), EVERYBODY_SEES),
        Action("crm.view_source", _("See sources"), EVERYBODY_SEES),
        Action("crm.view_lead", _("See leads"), {**SELLING, "marketer": Reach.ALL, "director": Reach.ALL}),
        Action(
            "crm.view_interaction",
            _("See interactions"),
            {**SELLING, "accountant": Reach.ALL, "marketer": Reach.ALL, "director": Reach.ALL},
        ),
        Action("crm.view_task", _("See tasks"), {**OWN_WORK, "director": Reach.ALL}),
        Action(
            "crm.create_client",
            _("Create clients and persons"),
            {"seller": Reach.OWN, "head_of_sales": Reach.TEAM, "purchaser": Reach.ALL, "marketer": Reach.ALL},
        ),
        Action("crm.change_client", _("Change clients"), {**SELLING, "purchaser": Reach.ALL, "accountant": Reach.ALL}),
        Action("crm.bin_client", _("Put clients into the bin"), {**SELLING, "director": Reach.ALL}),
        Action("crm.bin_person", _("Put persons into the bin"), {**SELLING, "marketer": Reach.ALL}),
        Action("crm.bin_lead", _("Put leads into the bin"), {**SELLING, "marketer": Reach.ALL}),
        Action("crm.change_lead", _("Change leads"), {**SELLING, "marketer": Reach.ALL}),
        Action(
            "crm.view_credit",
            _("See credit limits"),
            {**SELLING, "accountant": Reach.ALL, "director": Reach.ALL},
        ),
        Action(
            "crm.block_client",
            _("Block and unblock clients"),
            {"head_of_sales": Reach.TEAM, "accountant": Reach.ALL, "director": Reach.ALL},
        ),
        Action("crm.change_credit_limit", _("Change credit limits"), {"accountant": Reach.ALL, "director": Reach.ALL}),
        Action("crm.manage_sources", _("Set up sources of leads"), {"head_of_sales": Reach.ALL, "marketer": Reach.ALL}),
        Action("crm.manage_routes", _("Say who gets new leads"), {"head_of_sales": Reach.ALL}),
        Action("crm.set_consent", _("Record consents"), {**SELLING, "marketer": Reach.ALL}),
        Action("crm.receive_lead", _("Enter leads"), {**SELLING, "marketer": Reach.ALL}),
        Action("crm.answer_lead", _("Answer leads"), SELLING),
        Action("crm.qualify_lead", _("Qualify and reject leads"), SELLING),
        Action(
            "crm.view_webform",
            _("See web forms"),
            {"head_of_sales": Reach.ALL, "marketer": Reach.ALL, "director": Reach.ALL},
        ),
        Action("crm.manage_webforms", _("Build web forms"), {"head_of_sales": Reach.ALL, "marketer": Reach.ALL}),
        Action(
            "crm.sort_submissions",
            _("Release and delete what web forms hold back"),
            {"head_of_sales": Reach.ALL, "marketer": Reach.ALL},
        ),
        Action("crm.log_interaction", _("Log interactions"), {**OWN_WORK, "director": Reach.ALL}),
        Action("crm.create_task", _("Create tasks"), {**OWN_WORK, "director": Reach.ALL}),
        Action("crm.finish_task", _("Work on tasks"), {**OWN_WORK, "director": Reach.ALL}),
    ]
)
