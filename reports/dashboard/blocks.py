"""The tables of the dashboard: managers, items by ABC and XYZ, receivables by age, campaigns, the pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.money import ZERO, percent_of
from core.ui import registers, shell
from marketing.models import Campaign
from reports.dashboard.figures import NOW
from reports.dashboard.frame import Frame
from reports.definitions.stock import warehouses_of
from reports.periods import year_before
from reports.selectors import campaigns, matrix
from reports.selectors.managers import Manager, managers
from reports.selectors.period import Scope
from reports.words import count, money, percent


@dataclass(frozen=True)
class ManagerLine:
    """A manager's figures in words, each with its way."""

    one: Manager
    name: str
    won: str
    won_url: str
    share: str
    width: Decimal
    at: Decimal
    tone: str
    rate: str
    rate_url: str
    margin: str
    margin_url: str
    late: str
    late_url: str
    score: str
    score_tone: str


def manager_block(frame: Frame) -> dict[str, Any] | None:
    if not frame.sees("won_amount"):
        return None
    with_margin = frame.sees("margin_pct")
    figures = frame.figures
    rows, total = managers(
        figures.closed[NOW],
        plans=figures.targets_by_person("won_amount"),
        earned=figures.margins_by_owner if with_margin else None,
        late=figures.late,
        aim=frame.days.aim,
    )
    return {
        "rows": [_line(frame, row, str(row.user or _("Nobody"))) for row in rows],
        "total": _line(frame, total, _("Everybody")) if total else None,
        "with_margin": with_margin,
        "with_plan": any(row.plan for row in rows),
        "aim": frame.days.aim,
    }


def _line(frame: Frame, row: Manager, name: str) -> ManagerLine:
    owner = row.user.pk if row.user else None
    share, aim = row.plan_pct, frame.days.aim
    tone = "" if share is None else "ok" if share >= aim else "warn" if share >= aim * Decimal("0.9") else "bad"
    score = row.score
    return ManagerLine(
        one=row,
        name=name,
        won=money(row.amount, frame.currency),
        won_url=frame.way("won_amount", owner=owner),
        share="" if share is None else percent(share, 0),
        width=min(share or ZERO, Decimal(100)),
        at=min(aim, Decimal(100)),
        tone=tone,
        rate="" if row.win_rate is None else percent(row.win_rate),
        rate_url=frame.way("win_rate_count", owner=owner),
        margin="" if row.margin is None or not row.margin.revenue else percent(row.margin.pct),
        margin_url=frame.way("margin_pct", owner=owner),
        late=count(row.late),
        late_url=frame.way("late_tasks", owner=owner),
        score="" if score is None else str(score),
        score_tone="" if score is None else "ok" if score >= 100 else "bad" if score < 80 else "",
    )


ROWS = {"A": gettext_lazy("A, first 80 %"), "B": gettext_lazy("B, next 15 %"), "C": gettext_lazy("C, last 5 %")}
COLUMNS = {"X": gettext_lazy("X, steady"), "Y": gettext_lazy("Y, varies"), "Z": gettext_lazy("Z, rare")}


def matrix_block(frame: Frame) -> dict[str, Any] | None:
    """Items sold in the twelve months to the end of the period; two statements."""
    if not frame.sees("revenue"):
        return None
    last = frame.days.last
    first = year_before(last).replace(day=1)
    first = first.replace(month=first.month % 12 + 1, year=first.year + first.month // 12)
    scope = Scope(first, last, reader=frame.user, place=frame.place, in_zone=frame.params.in_zone)
    found = matrix.cells(matrix.classify(matrix.sold_items(scope)))
    where = reverse("reports:abc")
    cells = {
        cell.name: {
            "name": cell.name,
            "share": percent(cell.share, 0),
            "items": ngettext("%(count)s item", "%(count)s items", cell.items) % {"count": count(cell.items)},
            "shade": _shade(cell.share),
            "url": f"{where}?{urlencode({'since': first, 'until': last, 'cell': cell.name})}",
        }
        for cell in found
    }
    rarest = found[-1]
    return {
        "columns": COLUMNS.values(),
        "rows": [(label, [cells[a + x] for x in COLUMNS]) for a, label in ROWS.items()],
        "any": any(cell.items for cell in found),
        "rarest": cells["CZ"],
        "stock": _stock(frame, rarest) if rarest.items and frame.sees("stock_value") else None,
    }


def _shade(share: Decimal) -> int:
    """How dark a cell is, 0 to 5."""
    return next((step for step, limit in enumerate((2, 5, 9, 20, 40)) if share < limit), 5)


def _stock(frame: Frame, cell: matrix.Cell) -> str:
    return money(matrix.stock_of(cell.item_ids, warehouses_of(frame.params)), frame.currency)


AGES = (
    ("not_due", gettext_lazy("Not due"), "ok"), ("to_30", gettext_lazy("1 to 30 days late"), "warn"),
    ("to_60", gettext_lazy("31 to 60 days late"), "warn"), ("to_90", gettext_lazy("61 to 90 days late"), "bad"),
    ("over_90", gettext_lazy("Over 90 days late"), "bad"),
)  # fmt: skip


def ageing_block(frame: Frame) -> dict[str, Any] | None:
    """What is owed at the end of the period by how late it is, and the largest debtors."""
    if not frame.sees("receivables"):
        return None
    sums = dict.fromkeys([age for age, _label, _tone in AGES], ZERO)
    clients: dict[tuple[int, str], Decimal] = {}
    for client, name, due_on, part in frame.figures.owed:
        days = (frame.days.last - due_on).days if due_on else 0
        age = "not_due" if days <= 0 else next((f"to_{limit}" for limit in (30, 60, 90) if days <= limit), "over_90")
        sums[age] += part
        clients[client, name] = clients.get((client, name), ZERO) + part
    total = sum(sums.values(), ZERO)
    register = registers.by_key("crm.client")
    seen = frame.may(register.view_action)
    largest = sorted(clients.items(), key=lambda one: (-one[1], one[0][1]))[:4]
    return {
        "total": money(total, frame.currency),
        "url": frame.way("receivables"),
        "all_url": shell.address("finance:receivables"),
        "ages": [
            {
                "label": label, "tone": tone, "amount": money(sums[age], frame.currency),
                "share": percent_of(sums[age], total), "url": frame.way("receivables", age=age),
            }
            for age, label, tone in AGES
        ],
        "clients": [
            (name, register.url("card", pk) if seen else "", money(amount, frame.currency))
            for (pk, name), amount in largest
        ],
        "any": bool(total),
    }  # fmt: skip


def campaign_block(frame: Frame) -> dict[str, Any] | None:
    """The campaigns that cost or brought something by the end of the period, the dearest first."""
    if not frame.may("marketing.view_campaign"):
        return None
    shown = list(Campaign.objects.visible_to(frame.user).order_by("-pk")[:50])
    sources = {one.pk: one.source_id for one in shown}
    results = campaigns.campaign_results(sources, frame.params.evening, zone=frame.params.in_zone)
    with_margin = frame.sees("campaign_margin")
    rows = []
    for one in shown:
        result = results[one.pk]
        if not (result.leads or result.cost or result.margin):
            continue
        rows.append((result, campaign_line(frame, one, result, with_margin=with_margin)))
    rows.sort(key=lambda row: (-row[0].cost, row[1]["name"]))
    return {
        "rows": [line for _result, line in rows[:5]],
        "with_margin": with_margin,
        "all_url": shell.address("marketing:campaign_list"),
    }


def campaign_line(
    frame: Frame, one: Campaign, result: campaigns.CampaignResult, *, with_margin: bool
) -> dict[str, Any]:
    register = registers.of(Campaign)
    line = {
        "name": one.name,
        "url": register.url_of(one) if register else "",
        "leads": count(result.leads),
        "leads_url": frame.way("campaign_leads", campaign=one.pk),
        "per_lead": _amount(result.cost_per_lead, frame),
        "per_client": _amount(result.cost_per_client, frame),
        "clients_url": frame.way("campaign_clients", campaign=one.pk),
        "cost": money(result.cost, frame.currency),
        "cost_url": frame.way("campaign_cost", campaign=one.pk),
    }
    if with_margin:
        line |= {
            "margin": money(result.margin, frame.currency),
            "margin_url": frame.way("campaign_margin", campaign=one.pk),
            "return": "" if result.return_pct is None else percent(result.return_pct, 2),
            "return_tone": "" if result.return_pct is None else "ok" if result.return_pct >= 0 else "bad",
            "return_url": frame.way("campaign_return", campaign=one.pk),
        }
    return line


def _amount(value: Decimal | None, frame: Frame) -> str:
    return "" if value is None else money(value, frame.currency)


def pipeline_block(frame: Frame) -> dict[str, Any] | None:
    """Open deals by stage at the end of the period."""
    if not frame.sees("open_weighted"):
        return None
    rows = frame.figures.loads
    most = max([row.amount for row in rows], default=ZERO)
    return {
        "rows": [
            {
                "name": row.name,
                "deals": count(row.deals),
                "deals_url": frame.way("open_deals", stage=row.code),
                "amount": money(row.amount, frame.currency),
                "amount_url": frame.way("open_amount", stage=row.code),
                "weighted": money(row.weighted, frame.currency),
                "weighted_url": frame.way("open_weighted", stage=row.code),
                "width": percent_of(row.amount, most),
            }
            for row in rows
        ],
        "deals": count(sum(row.deals for row in rows)),
        "amount": money(sum((row.amount for row in rows), ZERO), frame.currency),
        "weighted": money(sum((row.weighted for row in rows), ZERO), frame.currency),
        "board_url": shell.address("sales:deal_board"),
    }
