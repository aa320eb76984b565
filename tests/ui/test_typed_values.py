"""What people type: sums in amount fields, days and periods in words, cells that no spreadsheet runs."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from core.ui.daywords import long_day
from core.ui.exports import csv_of, harmless, xlsx_of
from core.ui.fields import AmountField, as_sent, calculated
from core.ui.periods import Period, in_words, read_day, read_period, suggestions

TODAY = date(2026, 3, 4)  # a Wednesday


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1200*3", "3600"), ("4 500,50", "4500.50"), ("(80+20)/2", "50"), ("1,250", "1250"), ("1.250,75", "1250.75"),
        ("12,5", "12.5"), ("-3", "-3"), ("1'000", "1000"), ("2*-3", "-6"),
    ],
)  # fmt: skip
def test_sums_are_worked_out(typed, value):
    assert calculated(typed) == Decimal(value)


@pytest.mark.parametrize(
    ("language", "typed", "value"),
    [
        ("de", "1.200", "1200"), ("de", "1200.00", "1200"), ("de", "1.200,50", "1200.50"), ("de", "12.5*2", "25"),
        ("de", "1,200", "1.2"), ("ru", "1 200,50", "1200.50"), ("ru", "1200.50", "1200.50"), ("en", "1,200", "1200"),
        ("en", "1200.125", "1200.125"),
    ],
)  # fmt: skip
def test_marks_are_read_as_the_language_writes_them(language, typed, value):
    with translation.override(language):
        assert calculated(typed) == Decimal(value)


@pytest.mark.parametrize("language", ["en", "de", "ru"])
@pytest.mark.parametrize("value", ["1200.00", "0.125", "1250.125", "-7.5", "1000000.000001", "3"])
def test_a_number_that_a_form_shows_is_read_back_as_itself(language, value):
    field = AmountField(max_digits=18, decimal_places=6)
    with translation.override(language):
        shown = field.widget.format_value(field.prepare_value(Decimal(value)))
        assert field.clean(shown) == Decimal(value)
        assert not field.has_changed(Decimal(value), shown)


@pytest.mark.parametrize("language", ["en", "de", "ru"])
def test_what_a_number_input_sends_has_a_point_in_every_language(language):
    with translation.override(language):
        assert [as_sent(text) for text in ("1.125", "2", "0.5", "1,5")] == list(
            map(Decimal, ("1.125", "2", "0.5", "1.5"))
        )
        for text in ("", "x", "NaN", "Infinity", "1e", "1.2.3"):
            with pytest.raises(ValidationError):
                as_sent(text)


@pytest.mark.parametrize("typed", ["abc", "1/0", "__import__('os')", "9**9**9", "1;2", "a.b", "1" * 70, "[1]", "True"])
def test_anything_else_is_refused(typed):
    with pytest.raises(ValidationError):
        calculated(typed)


@pytest.mark.parametrize(
    ("value", "shown"), [("1280", "1280"), ("100.50", "100.5"), ("0", "0"), ("0.000001", "0.000001")]
)
def test_a_field_shows_a_number_as_people_write_it(value, shown):
    field = AmountField()
    assert field.widget.format_value(field.prepare_value(Decimal(value).normalize())) == shown
    assert field.widget.format_value(field.prepare_value("1200*3")) == "1200*3", "what was typed stays"


@given(st.text(max_size=80))
def test_no_text_breaks_the_amount_field(text):
    field = AmountField(max_digits=18, decimal_places=2, required=False)
    try:
        value = field.clean(text)
    except ValidationError:
        return
    assert value is None or value == value.quantize(Decimal("0.01"))


@pytest.mark.parametrize(
    ("typed", "since", "until"),
    [
        ("last month", date(2026, 2, 1), date(2026, 2, 28)),
        ("over 14 days", None, date(2026, 2, 17)),
        ("last 30 days", date(2026, 2, 3), TODAY),
        ("next 7 days", TODAY, date(2026, 3, 10)),
        ("2026-03", date(2026, 3, 1), date(2026, 3, 31)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2026-03-05..", date(2026, 3, 5), None),
        ("last week", date(2026, 2, 23), date(2026, 3, 1)),
        ("this quarter", date(2026, 1, 1), date(2026, 3, 31)),
    ],
)
def test_periods_are_read(typed, since, until):
    assert read_period(typed, today=TODAY) == Period(since, until)


@pytest.mark.parametrize(
    ("language", "typed", "shown"),
    [
        ("en", "2026-10-31..2026-11-30", "31 Oct 2026 – 30 Nov 2026"), ("en", "2026-10-31..", "31 Oct 2026 – …"),
        ("de", "2026-10-31..2026-11-30", "31.10.2026 – 30.11.2026"), ("en", "..2026-10-31", "… – 31 Oct 2026"),
        ("en", "2026-10-31", "31 Oct 2026"), ("en", "2026-10", "October 2026"), ("en", "2026", "2026"),
        ("en", "last month", "last month"), ("en", "2026-02-31", "2026-02-31"),
    ],
)  # fmt: skip
def test_a_period_of_an_address_is_shown_as_people_write_days(language, typed, shown):
    with translation.override(language):
        assert in_words(typed, today=TODAY) == shown


def test_every_suggestion_is_understood():
    assert all(read_period(words, today=TODAY) for words in suggestions())


@pytest.mark.parametrize("typed", ["soon", "..", "2026-13", "0000", "32.1.2026"])
def test_other_words_mean_nothing(typed):
    assert read_period(typed, today=TODAY) is None


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("tomorrow", date(2026, 3, 5)),
        ("friday", date(2026, 3, 6)),
        ("wednesday", date(2026, 3, 11)),
        ("+14", date(2026, 3, 18)),
        ("5.3.2026", date(2026, 3, 5)),
    ],
)
def test_days_are_read(typed, day):
    assert read_day(typed, today=TODAY) == day


@pytest.mark.parametrize("text", ["=1+1", "+7", "-2", "@x", "\tx", "\rx", "＝1"])
def test_a_cell_that_looks_like_a_formula_is_quoted(text):
    assert harmless(text) == f"'{text}"


def test_figures_stay_figures():
    assert harmless(Decimal("-5")) == Decimal("-5")


def test_a_file_of_a_list_tells_moments_by_the_readers_clock_and_keeps_its_head_in_sight():
    noon = datetime(2026, 3, 4, 12, 0, 9, 878449, tzinfo=UTC)
    lines = [["Name", "Last contact"], ["Alder", noon]]
    with timezone.override("Europe/Berlin"):
        begun = csv_of(lines)
        sheet = load_workbook(io.BytesIO(xlsx_of(lines))).active
    assert b"".join(begun).decode("utf-8-sig").splitlines()[1] == "Alder,2026-03-04 13:00:09", "sent later, told then"
    assert (sheet.freeze_panes, sheet["A1"].font.bold, sheet.column_dimensions["A"].width) == ("A2", True, 36)
    assert sheet["B2"].value == datetime(2026, 3, 4, 13, 0, 9)  # noqa: DTZ001 - a workbook knows no zones


def test_a_day_in_full_is_written_as_the_language_does():
    assert long_day(TODAY) == "Wednesday 4 March"
    with translation.override("de"):
        assert long_day(TODAY).startswith("Mittwoch")
