"""Day fields: shown as people of the language write days, read back as the same day, kept as they were typed."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils import translation

from core.ui.fields import DayField
from core.ui.periods import as_typed, read_day

LANGUAGES = ("en", "de", "ru")
EVERY_MONTH = [date(2026, month, day) for month in range(1, 13) for day in (1, 9, 28)]


class Due(forms.Form):
    due = DayField()
    text = forms.CharField()


@pytest.mark.parametrize(("language", "shown"), [("en", "8 Dec 2026"), ("de", "08.12.2026"), ("ru", "08.12.2026")])
def test_a_day_is_shown_as_the_language_writes_it(language, shown):
    with translation.override(language):
        field = str(Due(initial={"due": date(2026, 12, 8)})["due"])
    assert f'value="{shown}"' in field and 'type="text"' in field


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("day", EVERY_MONTH)
def test_what_a_field_shows_is_read_back_as_the_same_day(language, day):
    with translation.override(language):
        shown = as_typed(day)
        assert DayField().clean(shown) == day
        assert not DayField().has_changed(day, shown)
    for other in LANGUAGES:  # a draft or an address of somebody who reads another language
        with translation.override(other):
            assert read_day(shown, today=day) == day


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("en", "8 December 2026"), ("de", "8. Dez 2026"), ("de", "8. Dezember 2026"), ("ru", "8 декабря 2026"),
        ("ru", "8 Dec 2026"), ("de", "2026-12-08"), ("en", "08.12.2026"),
    ],
)  # fmt: skip
def test_days_are_read_by_the_names_of_months(language, typed):
    with translation.override(language):
        assert read_day(typed, today=date(2026, 1, 1)) == date(2026, 12, 8)


@pytest.mark.parametrize("typed", ["31 Feb 2026", "8 Smarch 2026", "0 May 2026", "soon"])
def test_what_is_no_day_is_refused_with_a_day_in_the_form_of_the_language(typed):
    with translation.override("en"), pytest.raises(ValidationError, match="25 Mar 2026"):
        DayField().clean(typed)


@pytest.mark.parametrize("typed", ["2026-12-08", "tomorrow", "+14", "soon"])
def test_what_was_typed_stays_when_the_form_comes_back(typed):
    form = Due({"due": typed, "text": ""})
    assert not form.is_valid()
    assert f'value="{typed}"' in str(form["due"])


def test_a_day_that_comes_with_the_address_is_shown_like_any_other():
    assert 'value="8 Dec 2026"' in str(Due(initial={"due": "2026-12-08"})["due"])
    assert 'value="soon"' in str(Due(initial={"due": "soon"})["due"])


@pytest.mark.parametrize(
    ("value", "shown"), [("2026-12-08", "8 Dec 2026"), (date(2026, 12, 8), "8 Dec 2026"), ("soon", "soon")]
)
def test_a_page_writes_the_same_field_itself(value, shown):
    written = Template('{% load ui %}{% day_box "on" value id="on" aria_label="Day" %}').render(
        Context({"value": value})
    )
    assert f'value="{shown}"' in written and 'aria-label="Day"' in written and "data-day=" in written
    assert 'value=""' in Template('{% load ui %}{% day_box "on" value %}').render(Context({"value": ""}))
