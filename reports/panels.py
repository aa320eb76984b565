"""What reports know about campaigns: the margin of their orders and what came back of their cost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.ui import amounts, panels, registers, switches
from core.ui.panels import Stat
from core.ui.tables import HOME, Column, Kind
from crm.models import Client
from marketing.models import Campaign
from reports.dashboard.frame import way
from reports.periods import EARLIEST
from reports.selectors.campaigns import campaign_result, campaign_results
from reports.selectors.margins import margin_of_client
from reports.words import percent

COSTS = "reports.view_costs"
YEAR = timedelta(days=365)


def earned(campaign: Campaign, user: Any) -> Iterable[Stat]:
    """Margin and return as they stand now, each open to the orders and costs behind it."""
    if not (policy.allows(user, COSTS) and policy.allows(user, "reports.view_indicators")):
        return
    result, today = campaign_result(campaign.pk), timezone.localdate()
    share = _("%(percent)s of revenue") % {"percent": percent(result.margin_pct, 2)}
    margin_url = way("campaign_margin", EARLIEST, today, campaign=campaign.pk)
    yield Stat(_("Margin earned"), amounts.home_money(result.margin), share, url=margin_url)
    if result.return_pct is not None:
        yield Stat(
            _("Return"), percent(result.return_pct, 2), _("margin less cost, of cost"),
            "ok" if result.return_pct >= 0 else "bad", way("campaign_return", EARLIEST, today, campaign=campaign.pk),
        )  # fmt: skip


def earned_from(client: Client, user: Any) -> Iterable[Stat]:
    """The margin of the orders of twelve months that are done; before that their cost is not whole (two statements)."""
    if not (switches.is_on("reports") and policy.allows(user, COSTS) and policy.allows(user, "sales.view_salesorder")):
        return
    result = margin_of_client(client.pk, timezone.now() - YEAR, user)
    if result is not None and result.revenue:
        over = _("{amount} over cost").format(amount=amounts.home_money(result.amount))
        yield Stat(_("Average margin"), percent(result.pct), over, "bad" if result.amount < 0 else "")


def _margins(keys: list[int], user: Any) -> dict[int, Any]:
    return {pk: result.margin for pk, result in campaign_results(keys).items()}


def _returns(keys: list[int], user: Any) -> dict[int, Any]:
    return {pk: result.return_pct for pk, result in campaign_results(keys).items()}


panels.add_stats(Campaign, earned)
panels.add_stats(Client, earned_from)
registers.contribute(
    "marketing.campaign",
    Column("margin", gettext_lazy("Margin"), Kind.MONEY, batch=_margins, needs=COSTS, switch="reports", currency=HOME),
    Column("return", gettext_lazy("Return"), Kind.PERCENT, batch=_returns, needs=COSTS, switch="reports"),
)
