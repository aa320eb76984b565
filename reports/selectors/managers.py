"""What each manager reached in a period: won against plan, win rate, margin, late tasks, score."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from core import policy
from core.actors import SYSTEM
from core.models import User
from core.money import ZERO, percent_of
from reports.definitions.deals import closed
from reports.definitions.orders import finished
from reports.definitions.people import late_tasks
from reports.indicators import Params
from reports.selectors.margins import Margin, margins
from reports.selectors.plans import targets_by_person
from sales.choices import DealStatus

BEST = Decimal(150)  # one figure that is far over its aim does not hide the others


@dataclass(frozen=True)
class Manager:
    """One person's figures. `margin` and `plan` are None where the reader may not see them or there are none."""

    user: User | None
    won: int
    lost: int
    amount: Decimal
    plan: Decimal | None
    margin: Margin | None
    late: int
    aim: Decimal
    team_rate: Decimal

    @property
    def win_rate(self) -> Decimal | None:
        return percent_of(Decimal(self.won), Decimal(self.won + self.lost)) if self.won + self.lost else None

    @property
    def plan_pct(self) -> Decimal | None:
        return percent_of(self.amount, self.plan) if self.plan else None

    @property
    def score(self) -> int | None:
        """100 is what was to be expected: half the amount won against the plan's share of the days that are over,
        half the win rate against that of the team; each at most 150. None without both.
        """
        if self.plan_pct is None or self.win_rate is None or not self.aim or not self.team_rate:
            return None
        plan = min(self.plan_pct * 100 / self.aim, BEST)
        rate = min(self.win_rate * 100 / self.team_rate, BEST)
        return round((plan + rate) / 2)


def managers(params: Params, aim: Decimal, *, with_margin: bool) -> tuple[list[Manager], Manager | None]:
    """Everybody who closed a deal or has a target in the period, the most won first, and all together.

    `aim` is how much of the period is over, in per cent. Seven statements (eleven with margins), any number of people.
    """
    won, lost = Q(status=DealStatus.WON), Q(status=DealStatus.LOST)
    rows: dict[int | None, dict[str, Any]] = {
        row["owner"]: dict(row)
        for row in closed(params, everywhere=True).order_by().values("owner").annotate(
            n=Count("pk", filter=won), lost=Count("pk", filter=lost), amount=Sum("amount", filter=won)
        )
    }  # fmt: skip
    may_plan = params.reader is SYSTEM or policy.allows(params.reader, "reports.view_kpiplan")
    plans = targets_by_person(params.first, params.last, "won_amount", reader=params.reader) if may_plan else {}
    earned = margins(finished(params), params.evening, by="owner") if with_margin else {}
    late = dict(late_tasks(params).order_by().values_list("assignee").annotate(n=Count("pk")))
    people = User.objects.in_bulk([pk for pk in {*rows, *plans} if pk])
    nothing: dict[str, Any] = {"n": 0, "lost": 0, "amount": None}
    all_won, all_lost = sum(row["n"] for row in rows.values()), sum(row["lost"] for row in rows.values())
    rate = percent_of(Decimal(all_won), Decimal(all_won + all_lost))
    found = []
    for pk in {*rows, *plans}:
        row = rows.get(pk, nothing)
        found.append(
            Manager(
                user=people.get(pk) if pk else None,
                won=row["n"],
                lost=row["lost"],
                amount=row["amount"] or ZERO,
                plan=plans.get(pk) if pk else None,
                margin=earned.get(pk) if with_margin else None,
                late=late.get(pk, 0),
                aim=aim,
                team_rate=rate,
            )
        )
    found.sort(key=lambda one: (-one.amount, str(one.user or "")))
    if not found:
        return [], None
    whole = Margin(
        sum((one.revenue for one in earned.values()), ZERO), sum((one.cost for one in earned.values()), ZERO)
    )
    total = Manager(
        None, all_won, all_lost, sum((one.amount for one in found), ZERO),
        sum(plans.values(), ZERO) or None, whole if with_margin else None,
        sum(one.late for one in found), aim, rate,
    )  # fmt: skip
    return found, total
