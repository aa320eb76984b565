"""I6: the path of every deal has neither holes nor overlaps, and everything shown of it follows from it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum

from core.choices import Origin
from core.ledgers import Finding, checks
from crm.choices import LeadStatus
from crm.models import Lead
from sales.choices import DealStatus, QuoteStatus
from sales.models import Deal, Quote, StageChange
from sales.selectors.funnel import funnel

BROKEN_STEPS = """
SELECT deal_id, seq FROM (
    SELECT deal_id, seq, from_stage_id, at, row_number() OVER path AS place,
           lag(to_stage_id) OVER path AS came_from, lag(at) OVER path AS came_at
    FROM sales_stagechange WINDOW path AS (PARTITION BY deal_id ORDER BY seq)
) step
WHERE place <> seq OR came_from IS DISTINCT FROM from_stage_id OR came_at > at
ORDER BY deal_id, seq
"""

REACHED_BY_WALKING = """
SELECT s.pipeline_id, s.id, count(DISTINCT d.id) FROM sales_stage s
LEFT JOIN (sales_deal d JOIN sales_stagechange c ON c.deal_id = d.id JOIN sales_stage t ON t.id = c.to_stage_id)
  ON d.pipeline_id = s.pipeline_id
 AND (t.category = 'won' OR (t.category = 'open' AND s.category = 'open' AND t.position >= s.position))
WHERE s.category IN ('open', 'won') GROUP BY s.pipeline_id, s.id
"""


@checks("I6", "sales: stage changes are numbered and dated without holes")
def contiguous_paths() -> Iterable[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(BROKEN_STEPS)
        for deal_id, seq in cursor.fetchall():
            yield Finding("I6", "stage changes", f"deal {deal_id} step {seq}", "does not continue the one before")


@checks("I6", "sales: a deal stands where its history left it")
def deals_stand_where_they_went() -> Iterable[Finding]:
    last = StageChange.objects.filter(deal=OuterRef("pk")).order_by("-seq")
    fields = {name: Subquery(last.values(name)[:1]) for name in ("to_stage", "amount", "probability", "at")}
    deals = Deal.objects.annotate(**{f"last_{name}": value for name, value in fields.items()})
    walked = Q(last_to_stage=F("stage"), last_amount=F("amount"), last_probability=F("probability"))
    closed = Q(status=DealStatus.OPEN) | Q(last_at=F("closed_at"))
    placed = Q(stage__category=F("status"), stage__pipeline=F("pipeline"))
    unwritten = Q(origin=Origin.IMPORTED, last_to_stage__isnull=True)
    for deal in deals.exclude(placed & (unwritten | (walked & closed))).order_by("pk"):
        yield Finding("I6", "deals", f"deal {deal.pk}", "differs from the last step of its history")


@checks("I6", "sales: a deal with lines is worth their sum")
def amounts_of_lines() -> Iterable[Finding]:
    deals = Deal.objects.annotate(total=Sum("lines__net_amount")).filter(total__isnull=False).exclude(total=F("amount"))
    for deal in deals.order_by("pk"):
        yield Finding("I6", "deals", f"deal {deal.pk}", f"is worth {deal.amount}, its lines {deal.total}")


@checks("I6", "sales: the funnel agrees with a recount step by step")
def funnel_recount() -> Iterable[Finding]:
    """The funnel's furthest stage per deal, against a count of every step at or behind each stage."""
    counted: dict[int, dict[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(REACHED_BY_WALKING)
        for pipeline_id, stage_id, deals in cursor.fetchall():
            counted.setdefault(pipeline_id, {})[stage_id] = deals
    for pipeline_id, stages in counted.items():
        for row in funnel(pipeline_id):
            if stages.get(row.stage_id, 0) != row.reached:
                problem = f"shows {row.reached} deals, recounted {stages.get(row.stage_id, 0)}"
                yield Finding("I6", "funnel", f"stage {row.stage_id}", problem)


@checks("I6", "sales: won deals have an accepted quote or a reason")
def won_for_a_reason() -> Iterable[Finding]:
    accepted = Quote.objects.filter(deal=OuterRef("pk"), status=QuoteStatus.ACCEPTED)
    won = Deal.objects.filter(~Exists(accepted), status=DealStatus.WON, won_without_quote="", origin=Origin.OWN)
    for deal in won.order_by("pk"):
        yield Finding("I6", "deals", f"deal {deal.pk}", "is won without an accepted quote or a reason")


@checks("I6", "sales: a qualified lead has its deal")
def qualified_leads() -> Iterable[Finding]:
    for lead in Lead.objects.filter(status=LeadStatus.QUALIFIED, deal__isnull=True, external_key__isnull=True):
        yield Finding("I6", "leads", f"lead {lead.pk}", "is qualified but has no deal")
