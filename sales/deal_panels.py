"""The boxes of a deal's own card, and what happened to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core import policy
from core.ui import amounts, cells, panels, timeline
from core.ui.panels import Panel
from core.ui.timeline import Entry
from crm import panels as crm_panels
from crm.models import Person
from crm.selectors.reach import reach_of
from sales.choices import DealStatus, EstimateStatus, StageCategory
from sales.models import Deal, EstimateRequest, StageChange
from sales.selectors.checklist import checklist

SHOWN = 50


def duties(deal: Deal, user: Any) -> dict[str, Any] | None:
    """The checklist of the stage; none where the stage asks for nothing or the deal is closed."""
    found = checklist(deal) if deal.status == DealStatus.OPEN else []
    if not found:
        return None
    done = sum(duty.is_done for duty in found)
    return {
        "duties": [
            (duty, duty.task is not None and policy.allows(user, "crm.finish_task", duty.task)) for duty in found
        ],
        "done": done,
        "share": round(100 * done / len(found)),
        "needed": sum(duty.is_required and not duty.is_done for duty in found),
    }


def people(deal: Deal, user: Any) -> dict[str, Any]:
    """Who decides, uses, pays or influences, as far as the user may know of them (two statements)."""
    roles = deal.roles.filter(person__in=Person.objects.visible_to(user)).select_related("person").order_by("pk")
    found = list(roles[:SHOWN])
    return {
        "roles": [
            (role, reach) for role, reach in zip(found, reach_of([role.person_id for role in found]), strict=True)
        ],
        "may_change": _may_change(deal, user),
    }


def competitors(deal: Deal, user: Any) -> dict[str, Any]:
    return {"competitors": list(deal.competitors.order_by("name")[:SHOWN]), "may_change": _may_change(deal, user)}


def lines(deal: Deal, user: Any) -> dict[str, Any]:
    rows = list(deal.lines.select_related("item__unit").order_by("position")[:SHOWN])
    return {"lines": rows, "may_change": _may_change(deal, user)}


def estimates(deal: Deal, user: Any) -> dict[str, Any] | None:
    """What production was asked and said; the costs for those who may see them (three statements)."""
    rows = EstimateRequest.objects.filter(deal=deal).select_related("answered_by").prefetch_related("lines__item__unit")
    may_ask = deal.status == DealStatus.OPEN and policy.allows(user, "sales.request_estimate", deal)
    may_see_costs = policy.allows(user, "sales.view_costs")
    if may_see_costs:
        rows = rows.prefetch_related("costs__item")
    found = list(rows.order_by("-pk")[:5])
    if not found and not may_ask:
        return None
    asked = any(row.status == EstimateStatus.ASKED for row in found)
    return {"requests": found, "may_ask": may_ask, "may_see_costs": may_see_costs, "is_asked": asked}


def _may_change(deal: Deal, user: Any) -> bool:
    return deal.status == DealStatus.OPEN and policy.allows(user, "sales.move_deal", deal)


def path(deal: Deal, _user: Any, before: datetime | None, limit: int) -> Iterable[Entry]:
    """Each step of the way: opened, moved, worth another amount, closed."""
    rows = StageChange.objects.filter(deal=deal).select_related("to_stage", "by")
    if before:
        rows = rows.filter(at__lt=before)
    for row in rows.order_by("-seq")[:limit]:
        who, money = str(row.by or ""), amounts.exact_money(row.amount, deal.currency_id)
        if row.from_stage_id == row.to_stage_id:
            said = _("Now worth %(money)s at %(chance)s %%") % {"money": money, "chance": row.probability}
            yield Entry(row.at, "cash", said, who, tone="info")
        elif row.seq == 1:
            yield Entry(
                row.at, "plus", _("Opened in %(stage)s") % {"stage": row.to_stage}, who, money, "brand", soft=True
            )
        else:
            tone = {StageCategory.WON: "ok", StageCategory.LOST: "warn"}.get(
                StageCategory(row.to_stage.category), "info"
            )
            yield Entry(row.at, "arrow-right", _("Moved to %(stage)s") % {"stage": row.to_stage}, who, tone=tone)


def asked(deal: Deal, user: Any, before: datetime | None, limit: int) -> Iterable[Entry]:
    """Estimates: asked, answered, refused."""
    if not policy.allows(user, "sales.view_estimaterequest"):
        return
    rows = EstimateRequest.objects.filter(deal=deal).select_related("created_by", "answered_by").order_by("-pk")
    for row in rows[:limit]:
        if row.answered_at and (before is None or row.answered_at < before):
            refused = row.status == EstimateStatus.REFUSED
            said = _("Estimate refused") if refused else _("Estimate answered")
            body = cells.paragraphs(row.remark) if row.remark else ""
            yield Entry(
                row.answered_at, "calculator", said, str(row.answered_by or ""), body, "warn" if refused else "ok"
            )
        if before is None or row.asked_at < before:
            yield Entry(
                row.asked_at, "calculator", _("Production was asked for an estimate"), str(row.created_by or "")
            )


def connect() -> None:
    """Put the boxes on the card of a deal."""
    panels.add(Deal, Panel("talk", "crm/_composer.html", crm_panels.talk, "composer", 10, needs="crm.log_interaction"))
    panels.add(Deal, Panel("task", "crm/_composer.html", crm_panels.task, "composer", 20, needs="crm.create_task"))
    panels.add(Deal, Panel("lines", "sales/_deal_lines.html", lines, order=10))
    panels.add(
        Deal,
        Panel(
            "estimates", "sales/_deal_estimates.html", estimates, order=20, needs="sales.view_estimaterequest",
            switch="estimates",
        ),
    )  # fmt: skip
    panels.add(Deal, Panel("people", "sales/_deal_people.html", people, "left", 10, needs="crm.view_person"))
    panels.add(Deal, Panel("duties", "sales/_deal_duties.html", duties, "side", 10))
    panels.add(Deal, Panel("competitors", "sales/_deal_competitors.html", competitors, "side", 20))
    for source in (path, asked, crm_panels.talks, crm_panels.tasks_done):
        timeline.add(Deal, source)
