"""Deals and what hangs on them."""

from __future__ import annotations

from typing import Any

from core.actors import SYSTEM
from sales.models import DealCompetitor, DealRole
from sales.services.deals import add_role
from tests.authz.objects import BUILDERS, Target, by, targets
from tests.factories import crm, sales


def _role(world: Any, owner: Any) -> DealRole:
    deal = sales.make_deal(owner=owner, branch=world.branch)
    return add_role(deal_id=deal.pk, person_id=crm.make_person().pk, role="decider", by=SYSTEM)


def _competitor(world: Any, owner: Any) -> DealCompetitor:
    deal = sales.make_deal(owner=owner, branch=world.branch)
    return DealCompetitor.objects.create(deal=deal, name="Other")


BUILDERS |= {"sales.deal_role": _role, "sales.deal_competitor": _competitor}

targets(
    "sales:deal_thread", "sales:deal_move", "sales:deal_win", "sales:deal_lose", "sales:deal_lines",
    "sales:estimate_new", "sales:deal_role_new", "sales:deal_competitor_new",
)(by("sales.deal"))  # fmt: skip
targets("sales:deal_role_remove")(by("sales.deal_role"))
targets("sales:deal_competitor_remove")(by("sales.deal_competitor"))
targets("crm:task_move")(by("crm.task"))
targets("crm:lead_take", "crm:lead_answered")(by("crm.lead"))


@targets("reports:plan_list")
def _plans(world: Any, role: str) -> dict[str, Target]:
    """A target of somebody in the own team."""
    return {"team": Target({}, {"person": world.mates[role].pk, "target": "100", "month": "2026-03"})}
