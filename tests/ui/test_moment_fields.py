"""Moment fields: a day as the language writes it and a time, read back as the same minute in the user's time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from core.ui.forms import as_typed
from core.ui.moments import MomentField, as_written
from crm.models import Task
from support.fields import SlotField

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 12, 8, 13, 5, 41, tzinfo=UTC)


class When(forms.Form):
    at = MomentField()
    text = forms.CharField()


@pytest.fixture(autouse=True)
def by_the_clock_of_berlin():
    with timezone.override(BERLIN):
        yield


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "8 Dec 2026 14:05"), ("de", "08.12.2026 14:05"), ("ru", "08.12.2026 14:05")]
)
def test_a_moment_is_shown_by_the_users_clock_and_read_back_as_the_same_minute(language, shown):
    with translation.override(language):
        field = str(When(initial={"at": AT})["at"])
        assert f'value="{shown}"' in field and 'type="text"' in field and 'data-time="09:00"' in field
        assert MomentField().clean(shown) == AT.replace(second=0)
        assert as_written(AT) == shown


def test_a_moment_that_was_only_shown_is_no_change():
    assert not MomentField().has_changed(AT, "8 Dec 2026 14:05")
    assert MomentField().has_changed(AT, "8 Dec 2026 14:06")


@pytest.mark.parametrize(
    "typed", ["2026-12-08T14:05", "2026-12-08 14:05", "08.12.2026, 14:05", "8 December 2026 14.05", "2026-12-08T13:05Z"]
)
def test_other_ways_to_write_it_are_read(typed):
    assert MomentField().clean(typed) == AT.replace(second=0)


def test_words_name_the_day(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: AT.date())
    assert MomentField().clean("tomorrow 9:00") == datetime(2026, 12, 9, 9, tzinfo=BERLIN)


@pytest.mark.parametrize("typed", ["soon", "8 Dec 2026 25:00", "8 Dec 2026 14:61", "31 Feb 2026 10:00", "14:05"])
def test_what_is_no_moment_is_refused_with_one_in_the_form_of_the_language(typed):
    with translation.override("en"), pytest.raises(ValidationError, match="25 Mar 2026 14:30"):
        MomentField().clean(typed)
    form = When({"at": typed, "text": "x"})
    assert not form.is_valid() and f'value="{typed}"' in str(form["at"])


def test_an_hour_that_the_clocks_leave_out_is_refused():
    with pytest.raises(ValidationError, match="Europe/Berlin"):
        MomentField().clean("29 Mar 2026 02:30")


def test_forms_of_records_ask_for_moments_this_way():
    assert isinstance(as_typed(Task._meta.get_field("due_at")), MomentField)


def test_a_stretch_of_time_has_two_of_them():
    slot = SlotField().clean(["8 Dec 2026 09:00", "8 Dec 2026 12:30"])
    assert (slot.lower, slot.upper) == (
        datetime(2026, 12, 8, 9, tzinfo=BERLIN),
        datetime(2026, 12, 8, 12, 30, tzinfo=BERLIN),
    )
