"""Targets of people."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core import policy
from core.actors import Actor, user_or_none
from core.transactions import command
from reports.choices import PlanStatus
from reports.errors import PlanIsFixed
from reports.indicators import indicator as indicator_of
from reports.models import KPIPlan


@command
def set_plan(
    *,
    person_id: int,
    indicator: str,
    month: date,
    target: Decimal,
    by: Actor,
    fixed: bool = True,
    revision: bool = False,
) -> KPIPlan:
    """Set a person's target of a month; the same target again changes nothing.

    `month` is any day of it. A fixed plan changes only as a `revision`; the history keeps the target before.
    Raises UnknownIndicator and PlanIsFixed. Locks the plan.
    """
    indicator_of(indicator)
    first = month.replace(day=1)
    plan = KPIPlan.objects.locked().filter(person=person_id, team=None, indicator=indicator, month=first).first()
    wanted = PlanStatus.FIXED if fixed else PlanStatus.DRAFT
    if plan is None:
        plan = KPIPlan(
            person_id=person_id, indicator=indicator, month=first, target=target, status=wanted,
            created_by=user_or_none(by),
        )  # fmt: skip
        policy.require(by, "reports.set_plan", plan)
        plan.save()
        return plan
    policy.require(by, "reports.set_plan", plan)
    if (plan.target, plan.status) == (target, wanted):
        return plan
    if plan.status == PlanStatus.FIXED and not revision:
        raise PlanIsFixed(month=f"{first:%Y-%m}")
    plan.target, plan.status, plan.updated_by = target, wanted, user_or_none(by)
    plan.save(update_fields=["target", "status", "updated_by"])
    return plan
