"""The sales opportunities: counts, funnel, win rate and cycle by every side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from core.models import Branch, Team, User
from crm.models import Client
from inventory.models import Item
from reports.selectors import deals, people
from reports.selectors.deals import DealSums
from sales.choices import DealStatus
from sales.models import Deal, Pipeline, Stage
from sales.selectors import funnel
from samples.opportunities.steps import PIPELINE
from samples.truths.registry import NotLoaded, answers


def _pipeline() -> Pipeline:
    found = Pipeline.objects.filter(code=PIPELINE).first()
    if found is None:
        raise NotLoaded("the opportunities are not loaded")
    return found


def _deals() -> QuerySet[Deal]:
    return Deal.objects.filter(pipeline=_pipeline(), external_key__startswith="opp.")


def _teams() -> QuerySet[Team]:
    return Team.objects.filter(leader__external_key__startswith="opp.manager:")


def _products() -> QuerySet[Item]:
    return Item.objects.filter(external_key__startswith="opp.product:")


@answers("crm.counts")
def counts() -> dict[str, int]:
    return {
        "accounts": people.companies(Client.objects.filter(external_key__startswith="opp.account:")).count(),
        "products": _products().count(),
        "agents": User.objects.filter(teams__in=_teams()).distinct().count(),
        "managers": _teams().count(),
        "opportunities": _deals().count(),
    }


@answers("crm.stages")
def stages() -> list[dict[str, Any]]:
    names = dict(Stage.objects.filter(pipeline=_pipeline()).values_list("pk", "name"))
    rows = [{"stage": names[row.key], "n": row.deals} for row in deals.deal_sums(_deals(), "stage")]
    return sorted(rows, key=lambda row: row["stage"])


@answers("crm.funnel")
def reached() -> dict[str, int]:
    """From the history of stages. A deal that was engaged and lost has reached engaging."""
    reach = {row.code: row.reached for row in funnel.funnel(_pipeline().pk, deals=_deals())}
    rate = funnel.win_rate(_deals())
    return {
        "all": reach["prospecting"], "engaged": reach["engaging"], "closed": rate.won + rate.lost, "won": reach["won"],
    }  # fmt: skip


@answers("crm.gaps")
def gaps() -> dict[str, int]:
    found = _deals().aggregate(
        no_account=Count("pk", filter=Q(client__isnull=True)),
        no_close=Count("pk", filter=Q(closed_at__isnull=True)),
        no_value=Count("pk", filter=Q(status=DealStatus.OPEN, amount=0)),
        unknown=Count("pk", filter=~Q(product_name__in=_products().values("name"))),
    )
    return {
        "no_account": found["no_account"],
        "no_engage": deals.never_worked(_deals()).count(),
        "no_close": found["no_close"],
        "no_value": found["no_value"],
        "idle_agents": deals.idle_members(_teams()),
        "unknown_product": found["unknown"],
    }


@answers("crm.win")
def win() -> dict[str, Any]:
    found = deals.deal_sums(_deals())[0]
    return {
        "win_rate_pct": found.win_rate_pct,
        "value_won": found.won_amount,
        "mean_value_won": found.mean_won,
        "cycle_won": found.won_days,
        "cycle_lost": found.lost_days,
        "cycle_closed": found.closed_days,
    }


def _table(side: deals.Side, name: Callable[[Any], str]) -> list[dict[str, Any]]:
    rows = [_row(name(row.key), row) for row in deals.deal_sums(_deals(), side)]
    return sorted(rows, key=lambda row: row["key"])


def _row(key: str, row: DealSums) -> dict[str, Any]:
    return {
        "key": key,
        "opportunities": row.deals,
        "won": row.won,
        "lost": row.lost,
        "win_rate_pct": row.win_rate_pct,
        "value_won": row.won_amount,
        "cycle_won_days": row.won_days,
    }


def _looked_up(names: Mapping[int, str]) -> Callable[[Any], str]:
    return lambda key: names[key]


@answers("crm.by_agent")
def by_agent() -> list[dict[str, Any]]:
    return _table(
        "owner", _looked_up({user.pk: user.get_full_name() for user in User.objects.filter(deals__in=_deals())})
    )


@answers("crm.by_product")
def by_product() -> list[dict[str, Any]]:
    return _table("product_name", str)


@answers("crm.by_manager")
def by_manager() -> list[dict[str, Any]]:
    leaders = {team.pk: team.leader.get_full_name() for team in _teams().select_related("leader")}
    return _table("team", _looked_up(leaders))


@answers("crm.by_region")
def by_region() -> list[dict[str, Any]]:
    return _table("branch", _looked_up(dict(Branch.objects.values_list("pk", "name"))))


@answers("crm.by_sector")
def by_sector() -> list[dict[str, Any]]:
    return _table("client__industry", str)


@answers("crm.by_close_month")
def by_close_month() -> list[dict[str, Any]]:
    return [
        {"month": f"{row.key:%Y-%m}", "won": row.won, "lost": row.lost, "value_won": row.won_amount}
        for row in deals.deal_sums(_deals(), "close_month")
    ]


@answers("crm.price_realisation")
def price_realisation() -> Decimal | None:
    return deals.price_realisation_pct(_deals())


@answers("crm.top10_accounts")
def top_accounts() -> list[dict[str, Any]]:
    names = dict(Client.objects.filter(deals__in=_deals()).values_list("pk", "name"))
    rows = sorted(deals.deal_sums(_deals(), "client"), key=lambda row: (-row.won_amount, names[row.key]))
    return [{"account": names[row.key], "won": row.won, "value_won": row.won_amount} for row in rows[:10]]
