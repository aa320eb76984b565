"""What was talked about: half of it with one client in ten."""

from __future__ import annotations

from collections.abc import Iterator

from crm.models import Interaction
from samples.volume.copying import NULL, Row, copy
from samples.volume.parties import PEOPLE_OF_COMPANY, WORDS
from samples.volume.plan import Company, Plan

KINDS = (("call", 12), ("mail", 0), ("mail", 0), ("meeting", 60))


def load(plan: Plan, company: Company) -> dict[str, int]:
    columns = "kind direction at minutes subject body client person owner"
    return {"interactions": copy(Interaction, columns, talks(plan, company))}


def busy_clients(plan: Plan) -> int:
    """The first clients, with whom most is talked."""
    return max(1, plan.companies // 10)


def talks(plan: Plan, company: Company) -> Iterator[Row]:
    dice = plan.random("talks")
    busy, firms = busy_clients(plan), min(plan.companies, plan.contacts // PEOPLE_OF_COMPANY)
    for number in range(plan.talks):
        client = dice.randint(1, min(busy, firms) if number % 2 else firms)
        person = (client - 1) * PEOPLE_OF_COMPANY + dice.randint(1, PEOPLE_OF_COMPANY - 1)
        kind, minutes = dice.choice(KINDS)
        topic = dice.choice(WORDS)
        yield (
            kind, dice.choice(("in", "out")), plan.at(number / plan.talks).isoformat(), minutes,
            f"About {topic}", f"We spoke about {topic}; the next step was agreed.", client,
            person if person <= plan.contacts else NULL, dice.choice(company.sellers),
        )  # fmt: skip
