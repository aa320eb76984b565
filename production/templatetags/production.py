"""How production's values are written: hours, the state of material, bars."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from core.ui import amounts, daywords
from production.registers.work import readiness_words
from production.selectors.gantt import Bar
from production.selectors.jobs import Job

register = template.Library()


@register.filter
def clock(minutes: Any) -> str:
    """Minutes as hours and minutes: 1:18."""
    whole = int(Decimal(minutes or 0))
    return f"{whole // 60}:{whole % 60:02d}"


@register.filter
def hours(value: Decimal) -> str:
    """Hours with one place, without an idle zero."""
    return amounts.number(value)


@register.filter
def cents(value: Decimal | None) -> str:
    """An amount to the cent, in the currency of the house."""
    return amounts.home_money(value) if value is not None else ""


@register.filter
def own_price(value: Decimal | None) -> str:
    """The price or cost of one, in the currency of the house."""
    return amounts.home_price(value) if value is not None else ""


@register.filter
def near(value: Any) -> str:
    """A day as people say it near by: Fri 20 Nov."""
    return daywords.day(value) if value else ""


@register.filter
def moment(value: Any) -> str:
    return daywords.moment(value) if value else ""


@register.filter
def clock_time(value: datetime | None) -> str:
    """The time of a moment today, as a clock shows it; of another day the day as well."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else daywords.moment(value)


@register.simple_tag
def state_of(job: Job) -> dict[str, str]:
    """How a job stands: tone, icon and words."""
    if job.state == "done":
        done_at = job.operation.done_at
        return _said("ok", "checks", _("Finished %(at)s") % {"at": daywords.moment(done_at) if done_at else ""})
    if job.state == "blocked" and job.blockage is not None:
        return _said("bad", "ban", _("Blocked: %(why)s") % {"why": job.blockage.words})
    if job.state == "running":
        return _said("brand", "player-play", _("Running %(time)s") % {"time": clock(job.running_minutes)})
    if job.state == "paused":
        return _said("brand", "player-pause", _("Paused at %(time)s") % {"time": clock(job.running_minutes)})
    if job.state == "after":
        return _said("warn", "hourglass", _("After %(operation)s") % {"operation": job.after})
    tone, icon, words = readiness_words(job.readiness)
    if job.operation.status == "ready" and job.state == "ready":
        words = _("Ready")
    return _said(tone, icon, words)


def _said(tone: str, icon: str, words: str) -> dict[str, str]:
    return {"tone": tone, "icon": icon, "words": words}


@register.simple_tag
def gantt_words(bar: Bar, state: dict[str, str]) -> str:
    """What a bar of the chart over time says: which work, how it stands, from when to when."""
    work = bar.job.operation.work_order if bar.job else None
    return _("%(number)s, %(item)s, %(state)s, %(since)s to %(until)s") % {
        "number": work.number if work else "", "item": work.item.name if work else "", "state": state["words"],
        "since": daywords.moment(bar.since), "until": daywords.moment(bar.until),
    }  # fmt: skip


@register.simple_tag
def bar_height(percent: int) -> int:
    """How high a day's bar stands in a box of 24."""
    return max(min(round(24 * percent / 100), 24), 1)


@register.simple_tag
def bar_top(percent: int) -> int:
    return 24 - bar_height(percent)


@register.simple_tag(takes_context=True)
def more_jobs(context: Any, column: Any) -> str:
    """The address of the board with more cards of one column."""
    asked = context["request"].GET.copy()
    kept = [one for one in asked.getlist("more") if not one.startswith(f"{column.center.pk}:")]
    asked.setlist("more", [*kept, f"{column.center.pk}:{column.limit + 20}"])
    return f"?{asked.urlencode()}"


@register.simple_tag(takes_context=True)
def with_address(context: Any, **changes: Any) -> str:
    """The present address with some parameters changed; "" takes one away."""
    asked = context["request"].GET.copy()
    asked.pop("more", None)
    for name, value in changes.items():
        asked.pop(name, None)
        if value not in ("", None):
            asked[name] = str(value)
    return f"?{asked.urlencode()}"


@register.simple_tag
def most(percent: Decimal) -> int:
    """A share as wide as a bar can show it."""
    return max(min(round(percent), 100), 0)


@register.filter
def lookup(values: Any, key: Any) -> Any:
    """The value of a key that comes from the data."""
    return values.get(key, "") if hasattr(values, "get") else ""


@register.simple_tag
def cell_of(field: Any) -> Any:
    """A form field in a cell of a table, with its error said to screen readers."""
    select = field.field.widget.input_type == "select" if hasattr(field.field.widget, "input_type") else False
    attributes = {"class": "form-select" if select else "form-control"}
    if field.errors:
        attributes["class"] += " is-invalid"
        attributes["aria-invalid"] = "true"
        attributes["aria-describedby"] = f"{field.id_for_label}-error"
    return field.as_widget(attrs=attributes)


@register.simple_tag
def share(part: Decimal, whole: Decimal) -> int:
    """A part of a whole in percent, at most all of it."""
    return max(min(round(100 * part / whole), 100), 0) if whole else 0
