"""The charts of the dashboard: the funnel from the history, and plan and fact by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.ui.charts import Chart, Series
from core.ui.periods import month_of
from reports.dashboard.frame import Frame, way
from reports.definitions.deals import cohort, pipeline_of
from reports.selectors.months import Months, won_by_month
from reports.words import count, percent
from sales.selectors.funnel import StageReach, funnel


def funnel_chart(
    frame: Frame, *, pipeline_id: int | None = None, stages: list[StageReach] | None = None
) -> Chart | None:
    """Leads of the period, and how far the deals opened in it have come; two statements.

    Whoever knows already how far they came in a pipeline hands it in as `stages`.
    """
    if not frame.sees("deals_reached"):
        return None
    if stages is None:
        main = pipeline_of(frame.params)
        stages = funnel(main, deals=cohort(frame.params), stages=frame.figures.stages) if main else []
    came = frame.figures.leads_now if frame.sees("leads") else None
    leads, turned = (came.whole, came.part) if came else (None, 0)
    labels = ([_("Leads")] if leads is not None else []) + [stage.name for stage in stages]
    values = ([leads] if leads is not None else []) + [stage.reached for stage in stages]
    links = ([frame.way("leads")] if leads is not None else []) + [
        frame.way("deals_reached", stage=stage.code, pipeline=pipeline_id) for stage in stages
    ]
    return Chart(
        "funnel",
        _("Funnel, %(period)s") % {"period": frame.days.label},
        labels,
        [Series(_("Reached"), values)],
        _finding(leads, stages),
        kind="funnel",
        links=links,
        notes=[*_lead_note(leads, turned), *_notes(stages)],
        label_head=_("Step"),
    )


def _lead_note(leads: int | None, turned: int) -> list[str]:
    if leads is None:
        return []
    share = percent(Decimal(turned) * 100 / leads if leads else Decimal(0))
    said = ngettext("%(count)s became a deal, %(percent)s", "%(count)s became deals, %(percent)s", turned)
    return [said % {"count": count(turned), "percent": share}]


def _notes(stages: list[StageReach]) -> list[str]:
    found = []
    for place, stage in enumerate(stages):
        if stage.step_pct is None:
            found.append("")
        else:
            words = {"percent": percent(stage.step_pct), "stage": stages[place - 1].name}
            found.append(_("%(percent)s of %(stage)s") % words)
    return found


def _won_of(opened: int, won: int) -> str:
    if opened == 1:
        return _("The one deal opened was won.") if won else _("The one deal opened was not won.")
    said = ngettext("Of %(first)s deals opened, %(won)s was won.", "Of %(first)s deals opened, %(won)s were won.", won)
    return said % {"first": count(opened), "won": count(won)}


def _finding(leads: int | None, stages: list[StageReach]) -> str:
    """What there is to see: from how many to how many, and where most are lost."""
    if not stages or not stages[0].reached:
        return _("No deal was opened in this period.")
    text = _won_of(stages[0].reached, stages[-1].reached)
    steps = [stage for stage in stages[1:] if stage.step_pct is not None]
    worst = min(steps, key=lambda stage: stage.step_pct or Decimal(0), default=None)
    if worst is not None and worst.step_pct is not None and worst.step_pct < 100:
        more = {"stage": worst.name, "percent": percent(worst.step_pct)}
        text += " " + _("Fewest go on to %(stage)s: %(percent)s.") % more
    return text


def plan_chart(frame: Frame, show: str) -> Chart | None:
    """Won deals by month against plan and last year, in money or (`show` is deals) by count; one statement."""
    if not frame.sees("won_amount"):
        return None
    months = won_by_month(frame.params, frame.today)
    by_count = show == "deals"
    code = "won_deals" if by_count else "won_amount"
    targets = frame.figures.targets_by_month(months.year, code)
    fact = months.count if by_count else months.amount
    past = months.past_count if by_count else months.past_amount
    running = frame.today.month - 1 if months.year == frame.today.year else -1
    series = [Series(_("Fact"), fact, faint=frozenset({running} if running >= 0 else ()))]
    plan = [targets.get(month) for month in range(1, 13)]
    if targets:
        series.append(Series(_("Plan"), plan, "step", 2))
    if any(past):
        series.append(Series(_("Last year"), _since_first(past), "past", 6))
    firsts = [date(months.year, month, 1) for month in range(1, 13)]
    return Chart(
        "plan",
        _("Plan and fact by month, won deals"),
        [formats.date_format(first, "M") for first in firsts],
        series,
        _plan_finding(months, fact, plan, running),
        unit="" if by_count else frame.currency,
        links=[
            way(code, first, month_of(first).until or first) if value is not None else ""
            for first, value in zip(firsts, fact, strict=True)
        ],
        label_head=_("Month"),
    )


def _since_first(values: Sequence[Decimal | int]) -> list[Decimal | int | None]:
    """Nothing before the first month that has something: business had not begun, it was not bad."""
    begun = next((place for place, value in enumerate(values) if value), 0)
    return [value if place >= begun else None for place, value in enumerate(values)]


def _plan_finding(
    months: Months, fact: list[Decimal | None] | list[int | None], plan: list[Decimal | None], running: int
) -> str:
    whole = [
        (value, aim) for place, (value, aim) in enumerate(zip(fact, plan, strict=True))
        if value is not None and aim and place != running
    ]  # fmt: skip
    if whole:
        over = sum(value >= aim for value, aim in whole)
        return ngettext(
            "Fact is at or over plan in %(over)s of %(whole)s finished month.",
            "Fact is at or over plan in %(over)s of %(whole)s finished months.", len(whole),
        ) % {"over": over, "whole": len(whole)}  # fmt: skip
    best = max(range(12), key=lambda place: fact[place] or 0)
    if not fact[best]:
        return _("Nothing was won in %(year)s.") % {"year": months.year}
    return _("The best month of %(year)s is %(month)s.") % {
        "year": months.year, "month": formats.date_format(date(months.year, best + 1, 1), "F"),
    }  # fmt: skip
