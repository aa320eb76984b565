"""What each manager reached in a period: won against plan, win rate, margin, late tasks, score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.models import User
from core.money import ZERO, percent_of
from reports.selectors.margins import Margin

BEST = Decimal(150)  # one figure that is far over its aim does not hide the others


@dataclass(frozen=True)
class ClosedDeals:
    """Deals of one owner and pipeline that were won and lost in some days."""

    owner: int | None
    pipeline: int | None
    won: int
    lost: int
    won_amount: Decimal
    lost_amount: Decimal


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


def managers(
    deals: Iterable[ClosedDeals],
    *,
    plans: Mapping[int, Decimal],
    earned: Mapping[int | None, Margin] | None,
    late: Mapping[int | None, int],
    aim: Decimal,
) -> tuple[list[Manager], Manager | None]:
    """Everybody who closed a deal or has a target, the most won first, and all together.

    `plans` and `late` are by person; without `earned` margins stay unknown. `aim` is how much of the period is over,
    in per cent. One statement, for the names.
    """
    with_margin, earned = earned is not None, earned or {}
    rows: dict[int | None, dict[str, Any]] = {}
    for one in deals:
        row = rows.setdefault(one.owner, {"n": 0, "lost": 0, "amount": ZERO})
        row["n"] += one.won
        row["lost"] += one.lost
        row["amount"] += one.won_amount
    people = User.objects.in_bulk([pk for pk in {*rows, *plans} if pk])
    nothing: dict[str, Any] = {"n": 0, "lost": 0, "amount": ZERO}
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
                amount=row["amount"],
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
