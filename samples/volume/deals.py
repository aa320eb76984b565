"""Deals and their way through the stages, step by step as `sales` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sales.models import Deal, StageChange
from samples.volume.copying import NULL, Row, copy, money
from samples.volume.parties import client_of_deal, qualified_leads
from samples.volume.plan import DAYS, PIPELINES, STAGES, Company, Plan

REASONS = ("price", "time", "competitor", "no_need", "no_answer", "other")
WON, LOST = STAGES, STAGES + 1  # their places behind the open stages


@dataclass(frozen=True)
class Way:
    """One deal: the places of the stages it went through, in order, and how it stands."""

    number: int
    status: str
    path: list[int]
    amount: int
    opened: datetime
    step: timedelta

    @property
    def pipeline(self) -> int:
        return self.number % PIPELINES

    @property
    def closed(self) -> datetime:
        return self.opened + self.step * (len(self.path) - 1)


def load(plan: Plan, company: Company) -> dict[str, int]:
    columns = (
        "id name organization branch client legal_entity lead source pipeline stage status amount currency probability"
        " expected_close owner opened_at closed_at lost_reason won_without_quote"
    )
    return {
        "deals": copy(Deal, columns, deals(plan, company)),
        "stage changes": copy(
            StageChange, "deal seq from_stage to_stage at by amount probability", steps(plan, company)
        ),
    }


def ways(plan: Plan) -> Iterator[Way]:
    """All deals: those won and lost first, then the open ones, spread evenly over pipelines and stages."""
    dice = plan.random("deals")
    closed = plan.won_deals + plan.lost_deals
    for number in range(1, closed + plan.open_deals + 1):
        amount = dice.randint(50, 50_000) * 100
        if number <= closed:
            won = number % 9 < 4  # 20,000 of 45,000
            path = [*range(STAGES), WON] if won else [*range(3 if number % 100 < 18 else 2), LOST]
            step = timedelta(hours=dice.randint(12, 100))
            latest = 1 - len(path) * step / timedelta(days=DAYS)
            yield Way(number, "won" if won else "lost", path, amount, plan.at(latest * number / (closed + 1)), step)
        else:
            place = number - closed - 1
            stage = place // PIPELINES % STAGES
            path = [*range(stage + 1)]
            if place % 62 == 61:
                path.append(stage)  # the amount was written down once more
            step = timedelta(hours=dice.randint(12, 100))
            since = timedelta(hours=dice.randint(1, 400)) + step * len(path)
            yield Way(number, "open", path, amount, plan.ends - since, step)


def _chance(place: int) -> int:
    return 100 if place == WON else 0 if place == LOST else (place + 1) * 100 // (STAGES + 1)


def deals(plan: Plan, company: Company) -> Iterator[Row]:
    dice = plan.random("deal owners")
    leads = {deal: lead for lead, deal in qualified_leads(plan).items()}
    for way in ways(plan):
        client, last, is_open = client_of_deal(way.number, plan), way.path[-1], way.status == "open"
        expected = (plan.ends + timedelta(days=dice.randint(0, 90)) if is_open else way.closed).date()
        yield (
            way.number, f"Deal {way.number}", company.organization, company.branches[client % len(company.branches)],
            client, client, leads.get(way.number, NULL), dice.choice(company.sources), company.pipelines[way.pipeline],
            company.stages[way.pipeline][last], way.status, money(way.amount), company.currency, _chance(last),
            expected.isoformat(), dice.choice(company.sellers), way.opened.isoformat(),
            NULL if is_open else way.closed.isoformat(), dice.choice(REASONS) if last == LOST else "",
            "Ordered under a framework contract" if last == WON else "",
        )  # fmt: skip


def steps(plan: Plan, company: Company) -> Iterator[Row]:
    dice = plan.random("deal steps")
    for way in ways(plan):
        stages, by, amount = company.stages[way.pipeline], dice.choice(company.sellers), money(way.amount)
        before: int | str = NULL
        for seq, place in enumerate(way.path, start=1):
            at = way.opened + way.step * (seq - 1)
            yield way.number, seq, before, stages[place], at.isoformat(), by, amount, _chance(place)
            before = stages[place]
