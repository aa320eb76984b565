"""Working time: shifts by weekday, and the days that are free."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.access.forms import zones
from core.actors import Actor
from core.choices import Weekday
from core.models import WorkCalendar
from core.presets import TAXES
from core.services import working_time
from core.settingspages.kinds import Column, Setting, add
from core.ui.fields import DayField

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_STRETCH = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")


class HoursField(forms.CharField):
    """Stretches of a day as people write them: `8:00-12:00, 13:00-17:00`. An end of 24:00 is midnight."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return hours_of(text) if text else ()

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else written(value or ())


def hours_of(text: str) -> tuple[tuple[time, time], ...]:
    """The stretches of a typed day. Raises ValidationError."""
    parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    problem = forms.ValidationError(_("Write it like 8:00-12:00, 13:00-17:00; leave it empty for a free day."))
    found = []
    for part in parts:
        match = _STRETCH.fullmatch(part)
        if match is None:
            raise problem
        first, last = match.groups()[:2], match.groups()[2:]
        try:
            ends = time(0) if (int(last[0]), int(last[1])) == (24, 0) else time(int(last[0]), int(last[1]))
            found.append((time(int(first[0]), int(first[1])), ends))
        except ValueError as error:
            raise problem from error
    return tuple(found)


def written(stretches: Any) -> str:
    return ", ".join(
        f"{starts:%H:%M}-{'24:00' if ends == time(0) else format(ends, '%H:%M')}" for starts, ends in sorted(stretches)
    )


class CalendarForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("A short word. It never changes."))
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones)

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, day in enumerate(DAYS):
            self.fields[day] = HoursField(
                label=Weekday(number).label, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
            )
        self.fields["monday"].help_text = _("Stretches of work such as 8:00-12:00, 13:00-17:00. An empty day is free.")
        if record is not None:
            self.fields["code"].disabled = True


class HolidayForm(forms.Form):
    on = DayField(label=_("Day"))
    name = forms.CharField(label=_("Name"), max_length=80)


class PublicHolidaysForm(forms.Form):
    """Which public holidays are to be free."""

    country = forms.ChoiceField(
        label=_("Country"), choices=lambda: [(code, preset.name) for code, preset in TAXES.items()]
    )
    region = forms.CharField(
        label=_("Region"), max_length=6, required=False, help_text=_("Its code, such as BE for Berlin.")
    )
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)


def hours_a_week(one: WorkCalendar) -> str:
    minutes = 0
    for shift in one.shifts.all():
        end = 24 * 60 if shift.ends == time(0) else shift.ends.hour * 60 + shift.ends.minute
        minutes += end - shift.starts.hour * 60 - shift.starts.minute
    return f"{minutes / 60:g}"


@add
class Calendars(Setting):
    app, name, path, model = "core", "calendar", "calendars", WorkCalendar
    group, action, order = "company", "core.manage_organization", 30
    label, one, icon = _("Calendars"), _("Calendar"), "calendar-time"
    help = _("Working shifts and free days, by which delivery days and plans are counted.")
    add_label = _("Add a calendar")
    form_class = CalendarForm
    note = _("Plans made before keep their moments until they are planned anew.")
    columns = (
        Column(_("Name"), lambda one: one.name),
        Column(_("Hours a week"), hours_a_week, number=True),
        Column(
            _("Free days from today"),
            lambda one: sum(row.on >= timezone.localdate() for row in one.holidays.all()),
            number=True,
        ),
        Column(_("Time zone"), lambda one: one.time_zone, folds=True),
    )
    parts = ("settings/_holidays.html",)

    def rows(self) -> Any:
        return WorkCalendar.objects.prefetch_related("shifts", "holidays").order_by("name")

    def form_options(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        return {"record": record}

    def initial(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        if record is None:
            usual = ((time(8), time(12)), (time(13), time(17)))
            return dict.fromkeys(DAYS[:5], usual)
        held = working_time.shifts_of(record)
        hours = {day: held.get(number, ()) for number, day in enumerate(DAYS)}
        return {"name": record.name, "code": record.code, "time_zone": record.time_zone, **hours}

    def seen(self, record: Any) -> str:
        return working_time.seen_of(record)

    def create(self, values: dict[str, Any], by: Actor) -> WorkCalendar:
        shifts = _shifts(values)
        return working_time.create_calendar(
            code=values["code"], name=values["name"], time_zone=values["time_zone"], shifts=shifts, by=by
        )

    def change(self, record: Any, values: dict[str, Any], seen: str, by: Actor) -> WorkCalendar:
        changes = {name: values[name] for name in ("name", "time_zone")}
        return working_time.change_calendar(
            calendar_id=record.pk, changes=changes, shifts=_shifts(values), seen=seen, by=by
        )

    def beside(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        today = timezone.localdate()
        return {
            "free_days": [day for day in sorted(record.holidays.all(), key=lambda row: row.on) if day.on >= today],
            "free_before": sum(day.on < today for day in record.holidays.all()),
            "holiday_form": HolidayForm(),
            "public_form": PublicHolidaysForm(initial={"year": today.year + (today.month > 9)}),
        }

    def history(self, record: Any) -> Any:
        return (record,)


def _shifts(values: dict[str, Any]) -> dict[int, Any]:
    return {number: values[day] for number, day in enumerate(DAYS) if values[day]}
