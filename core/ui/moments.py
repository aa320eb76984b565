"""Moments in forms: a day as people of the language write it, and the time of the day, in the user's own time zone."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from core.ui.periods import as_typed, read_day

_DAY_AND_TIME = re.compile(r"(?P<day>.+?)[\s,]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})")
_EXAMPLE = datetime(2026, 3, 25, 14, 30)  # noqa: DTZ001 - shown, never counted with


def as_written(moment: datetime) -> str:
    """A moment as a form shows it: 25 Mar 2026 14:30, in the language and time zone of the request."""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return f"{as_typed(local.date())} {local:%H:%M}"


class MomentInput(forms.DateTimeInput):
    """Shows a moment as people of the language write it; what was typed stays. The calendar changes its day.

    A day that is chosen where no time stands yet begins at nine.
    """

    def format_value(self, value: Any) -> str | None:
        return as_written(value) if isinstance(value, datetime) else super().format_value(value)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        form = formats.get_format("SHORT_DATE_FORMAT")
        context["widget"]["attrs"].update({"data-day": form, "data-time": "09:00", "autocomplete": "off"})
        return context


class MomentField(forms.DateTimeField):
    """A moment to the minute: a day typed, in words or from the calendar, and a time behind it.

    Times are those of the user's time zone; one that the clocks leave out or show twice is refused. ISO 8601 is read
    as well.
    """

    widget = MomentInput

    def to_python(self, value: Any) -> datetime | None:
        typed = value.strip() if isinstance(value, str) else ""
        found = _DAY_AND_TIME.fullmatch(typed)
        day = read_day(found["day"], today=timezone.localdate()) if found else None
        if found and day:
            try:
                at = time(int(found["hour"]), int(found["minute"]))
            except ValueError as error:
                raise ValidationError(_what_a_moment_is()) from error
            return from_current_timezone(datetime.combine(day, at))
        try:
            return super().to_python(typed if isinstance(value, str) else value)
        except ValidationError as error:
            raise ValidationError(_what_a_moment_is()) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        """To the minute, which is what the field shows."""
        if isinstance(initial, datetime):
            initial = initial.replace(second=0, microsecond=0)
        return super().has_changed(initial, data)


def _what_a_moment_is() -> str:
    return _("Write a day and a time such as %(moment)s.") % {"moment": as_written(_EXAMPLE)}
