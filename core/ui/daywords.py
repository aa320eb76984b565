"""How days, moments and waits are written, in the language that is on."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext


def waited(minutes: int) -> str:
    """How long somebody waited, to the largest unit that still tells: 25 min, 26 h, 3 days."""
    hours, days = minutes // 60, minutes // (24 * 60)
    if days > 1:
        return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    return _("%(hours)s h") % {"hours": hours} if hours else _("%(minutes)s min") % {"minutes": minutes}


def day(value: date | datetime) -> str:
    """Fri 20 Nov in the current year's neighbourhood, 20 Nov 2026 otherwise; of a moment its day here."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return _day(value, timezone.localdate(), translation.get_language())


@lru_cache(maxsize=4096)
def _day(value: date, today: date, _language: str | None) -> str:
    near = abs((value - today).days) < 150
    return formats.date_format(value, near_form() if near else "DATE_FORMAT")


def near_form() -> str:
    """The form of a day near by, Fri 20 Nov, for what stands in a letter or a notice."""
    return pgettext("format of a near day", "D j M")


def long_day(value: date) -> str:
    """Friday 20 November: today, in full."""
    return formats.date_format(value, pgettext("format of a day in full", "l j F"))


def moment(value: datetime) -> str:
    local = timezone.localtime(value)
    return f"{day(local.date())} {local:%H:%M}"


def ago(value: datetime | date) -> str:
    """Today, yesterday, 16 days."""
    zone = timezone.get_current_timezone()
    on = value.astimezone(zone).date() if isinstance(value, datetime) else value
    days = (timezone.now().astimezone(zone).date() - on).days
    return days_ago(days, translation.get_language()) if days >= 0 else day(on)


@lru_cache(maxsize=4096)
def days_ago(days: int, _language: str | None) -> str:
    if days == 0:
        return _("Today")
    if days == 1:
        return _("Yesterday")
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
