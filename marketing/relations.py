"""What the panels of campaigns, clients and leads read."""

from __future__ import annotations

from decimal import Decimal
from math import sqrt
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import policy
from core.choices import Reach
from core.money import ZERO, percent_of
from core.remembered import remembered
from core.ui import amounts, registers, shell
from core.ui.drafts import new_key
from crm.models import Client, Lead
from marketing.forms import CostForm
from marketing.models import Campaign, Touch
from sales.choices import DealStatus
from sales.models import Deal

SHOWN = 50
SINCE = "2000-01-01"


def sees_all(user: Any, action: str) -> bool:
    """Does the user see every record, so that a list of them is as long as the number says?"""
    if getattr(user, "is_superuser", False):
        return True
    grants = policy.grants_of(user).get(action, [])
    return any(grant.reach == Reach.ALL and not grant.branch_ids for grant in grants)


def behind(code: str, campaign: Campaign, user: Any, action: str) -> str:
    """The page with the records behind a figure of the campaign, where there is one and the user sees them all."""
    where = shell.address("reports:indicator", code) if sees_all(user, action) else ""
    today = timezone.localdate().isoformat()
    return f"{where}?since={SINCE}&until={today}&campaign={campaign.pk}" if where else ""


def steps(campaign: Campaign, user: Any) -> dict[str, Any]:
    """From the first touch to the won deal (three statements)."""
    leads = Lead.objects.filter(source=campaign.source_id).aggregate(
        all=Count("pk"), answered=Count("pk", filter=Q(first_answer_at__isnull=False)),
        deals=Count("pk", filter=Q(deal__isnull=False)),
    )  # fmt: skip
    deals = Deal.objects.filter(source=campaign.source_id).aggregate(
        opened=Count("pk"), total=Sum("amount"), won=Count("pk", filter=Q(status=DealStatus.WON)),
        won_total=Sum("amount", filter=Q(status=DealStatus.WON)),
    )  # fmt: skip
    touches = Touch.objects.filter(campaign=campaign).count()
    amount, won_amount = deals["total"] or ZERO, deals["won_total"] or ZERO
    found = [
        ("eye", _("Touches"), touches, "", ""),
        ("user-plus", _("Leads"), leads["all"], "", behind("campaign_leads", campaign, user, "crm.view_lead")),
        ("message-reply", _("Answered"), leads["answered"], "", ""),
        (
            "layout-kanban",
            _("Deal opened"),
            deals["opened"],
            _in_total(amount),
            behind("campaign_deals", campaign, user, "sales.view_deal"),
        ),
        (
            "trophy",
            _("Won"),
            deals["won"],
            _in_total(won_amount),
            behind("campaign_won", campaign, user, "sales.view_deal"),
        ),
    ]
    most = max([step[2] for step in found] + [1])
    rows, before = [], 0
    for place, (icon, label, number, note, url) in enumerate(found):
        rows.append(
            {
                "icon": icon, "label": label, "count": number, "note": note, "url": url,
                "width": round(48 * sqrt(number / most), 1), "tone": "ok" if place == len(found) - 1 else "",
                "of_previous": f"{percent_of(Decimal(number), Decimal(before)):.1f}" if place and before else "",
            }
        )  # fmt: skip
        before = number
    return {"rows": rows}


def _in_total(amount: Any) -> str:
    return _("%(amount)s in total") % {"amount": amounts.home_money(amount)} if amount else ""


def costs(campaign: Campaign, user: Any) -> dict[str, Any]:
    """What was spent, the newest first, and the form for more."""
    rows = campaign.costs.order_by("-spent_on", "-pk")
    may_add = policy.allows(user, "marketing.add_campaign_cost", campaign)
    spent = rows.aggregate(total=Sum("amount"))["total"] or ZERO
    return {
        "costs": list(rows[:SHOWN]),
        "spent": spent,
        "left": campaign.budget - spent if campaign.budget else None,
        "form": CostForm(auto_id="cost_%s", initial={"on": timezone.localdate()}) if may_add else None,
        "action": shell.address("marketing:campaign_cost", campaign.pk),
        "key": new_key(),
    }


def newest_leads(campaign: Campaign, user: Any) -> dict[str, Any] | None:
    """The leads of the campaign that the user may know of, with what became of them."""
    rows = Lead.objects.visible_to(user).filter(source=campaign.source_id).select_related("deal__stage")
    found = list(rows.order_by("-received_at")[:8])
    register = registers.by_key("crm.lead")
    return {
        "leads": [(lead, register.url_of(lead), *_state(lead)) for lead in found],
        "all_url": behind("campaign_leads", campaign, user, "crm.view_lead"),
    }


def _state(lead: Lead) -> tuple[str, str]:
    deal = getattr(lead, "deal", None)
    if deal is None:
        return str(lead.get_status_display()), "" if lead.status == "rejected" else "info"  # type: ignore[no-untyped-call]
    if deal.status == DealStatus.OPEN:
        return str(deal.stage.name), "brand"
    tone = "ok" if deal.status == DealStatus.WON else ""
    return f"{deal.get_status_display()}, {amounts.exact_money(deal.amount, deal.currency_id)}", tone


def _newest_touches(whose: Q, user: Any) -> QuerySet[Any]:
    rows = Touch.objects.visible_to(user).filter(whose)
    return rows.select_related("campaign", "source").order_by("-at")[:10]


@remembered
def _touches_of_client(client: Any, user: Any) -> QuerySet[Any]:
    return _newest_touches(Q(client=client) | Q(lead__client=client), user)


@remembered
def _touches_of_lead(lead: Any, user: Any) -> QuerySet[Any]:
    return _newest_touches(Q(lead=lead), user)


def met_through(record: Client | Lead, user: Any) -> dict[str, Any] | None:
    """Through what a client or lead met us; nothing where no touch is known."""
    read = _touches_of_client if isinstance(record, Client) else _touches_of_lead
    touches = read(record.pk, user)
    if not touches:
        return None
    register = registers.by_key("marketing.campaign")
    seen = register.may(user, register.view_action)
    return {
        "touches": [(touch, register.url_of(touch.campaign) if touch.campaign and seen else "") for touch in touches],
        "words": ngettext("%(count)s touch", "%(count)s touches", len(touches)) % {"count": len(touches)},
    }
