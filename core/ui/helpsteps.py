"""How a day begins in each role: the first steps that the help page shows, with the pages they lead to."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import policy
from core.ui.shell import address

# role: (what to do, address name); a step whose page is not there is told without a link
STEPS: dict[str, tuple[tuple[str | Promise, str], ...]] = {
    "seller": (
        (_("Look at your day: what is due, what is late."), "core:my_day"),
        (_("Answer new leads first; the clock runs from their arrival."), "crm:lead_list"),
        (_("Give every open deal a next step."), "sales:deal_board"),
        (_("Write a quote, check its margin, send it."), "sales:quote_list"),
    ),
    "head_of_sales": (
        (_("See the deals of the team and what stands still."), "sales:deal_board"),
        (_("Decide on discounts that wait for you."), "sales:approval_list"),
        (_("Say who gets new leads."), "crm:settings_route_list"),
    ),
    "purchaser": (
        (_("Go through the proposals and order what is short."), "inventory:purchase_proposals"),
        (_("Chase orders that are late."), "inventory:purchase_list"),
    ),
    "storekeeper": (
        (_("Receive what came in."), "inventory:purchase_list"),
        (_("Pick and ship what is due today."), "sales:picking"),
        (_("Look up what lies where."), "inventory:stock_list"),
    ),
    "production_lead": (
        (_("Answer questions about cost."), "production:estimate_inbox"),
        (_("Release what has its material."), "production:workorder_list"),
        (_("See where the plan is too full."), "production:plan"),
    ),
    "operator": ((_("Open the shop floor, start the next task, report what is done."), "production:shop_floor"),),
    "accountant": (
        (_("Bring the bank statement in and allocate payments."), "finance:payment_list"),
        (_("Chase what is owed to us."), "finance:receivables"),
        (_("Enter bills and see what we owe."), "finance:bill_list"),
    ),
    "marketer": (
        (_("See what campaigns bring."), "marketing:campaign_list"),
        (_("Keep sources in order, so that results can be compared."), "crm:settings_source_list"),
    ),
    "director": (
        (_("See the month against plan."), "reports:dashboard"),
        (_("Decide on what waits for you."), "sales:approval_list"),
    ),
    "administrator": (
        (_("Go through the first set-up until nothing is open."), "core:setup"),
        (_("Add users and give each a role."), "core:user_list"),
        (_("Keep taxes, numbers and papers in the settings."), "core:settings"),
    ),
}


def steps_of(codes: Iterable[str]) -> list[tuple[str | Promise, list[tuple[str | Promise, str]]]]:
    """The name of each role and its first steps, each with the address of its page or nothing."""
    held = set(codes)
    return [
        (policy.ROLES[code], [(text, address(name)) for text, name in steps])
        for code, steps in STEPS.items()
        if code in held
    ]
