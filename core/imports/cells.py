"""Cells: what stands in them, read as what a field holds; what cannot be taken says in words what is right."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.imports.reading import dates, numbers
from core.imports.reading.workbooks import Formula

if TYPE_CHECKING:
    from core.imports.fields import ImportField


class Kind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    MOMENT = "moment"
    YESNO = "yesno"
    CHOICE = "choice"
    CHOICES = "choices"
    EMAIL = "email"
    PHONE = "phone"
    REFERENCE = "reference"
    OWN = "own"  # a field of the company's own, which cleans its values itself


class CellError(Exception):
    """A cell that cannot be taken; says in words what is right."""


@dataclass(frozen=True)
class Forms:
    """How numbers and dates are written in the file at hand; moments without a zone are of `zone`."""

    decimal: str = "."
    dates: str = "ymd"


YES = frozenset({"yes", "y", "true", "t", "1", "x", "on", "ja", "oui", "sí", "si", "tak", "да", "так", "ano", "✓"})
NO = frozenset({"no", "n", "false", "f", "0", "-", "off", "nein", "non", "nie", "нет", "ні", "ne", ""})
_MAIL = re.compile(r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+$")
_IN_BRACKETS = re.compile(r"^[^<>]*<([^<>\s]+)>$")
_SEPARATED = re.compile(r"[,;|\n]")


def text_of(cell: Any) -> str:
    """The text of a cell, trimmed. Raises CellError for characters that were damaged on the way."""
    if isinstance(cell, Formula):
        raise CellError(
            _("The cell holds a formula without a stored result. Save the workbook in a spreadsheet program.")
        )
    text = cell.strip() if isinstance(cell, str) else str(cell)
    if "\x00" in text:
        raise CellError(_("The text contains empty bytes."))
    if "\ufffd" in text:
        raise CellError(_("The text contains characters that do not fit the encoding."))
    if len(text) > 1 and text[0] == "'" and text[1] in "=+-@":  # how a file of rows to mend keeps formulas quiet
        return text[1:]
    return text


def _text(field: ImportField, _forms: Forms) -> Callable[[Any], Any]:
    limit, check, one_line = field.max_length, field.check, field.kind == Kind.TEXT

    def read(cell: Any) -> Any:
        text = text_of(cell)
        if one_line and ("\n" in text or "\r" in text):
            text = " ".join(text.split())
        if limit is not None and len(text) > limit:
            raise CellError(_("At most {limit} characters; these are {found}.").format(limit=limit, found=len(text)))
        return check(text) if check else text

    return read


def _email(field: ImportField, _forms: Forms) -> Callable[[Any], Any]:
    def read(cell: Any) -> Any:
        text = text_of(cell)
        found = _IN_BRACKETS.match(text)
        text = found[1] if found else text
        if not _MAIL.match(text) or len(text) > 320:
            raise CellError(_("“{text}” is no e-mail address; one looks like name@example.com.").format(text=text[:60]))
        return text

    return read


def _phone(field: ImportField, _forms: Forms) -> Callable[[Any], Any]:
    def read(cell: Any) -> Any:
        text = text_of(cell)
        if sum(letter.isdigit() for letter in text) < 5 or len(text) > 60:
            raise CellError(_("“{text}” is no phone number; it needs at least five digits.").format(text=text[:60]))
        return text

    return read


def _number(field: ImportField, forms: Forms) -> Callable[[Any], Any]:
    whole, places, bound = field.kind == Kind.INTEGER, field.places, Decimal(10) ** (field.digits - field.places)

    def read(cell: Any) -> Any:
        if isinstance(cell, (bool, date)):
            raise CellError(_("A number is needed here."))
        if isinstance(cell, (int, Decimal)):  # out of a workbook; what it computed is rounded as it would show it
            value: Decimal | None = Decimal(cell) if whole else round(Decimal(cell), places)
        else:
            value = numbers.parse(text_of(cell), forms.decimal)
        if value is None:
            shown = numbers.MARKS[forms.decimal]
            raise CellError(
                _("“{text}” is no number; numbers look like {shown}.").format(text=str(cell)[:40], shown=shown)
            )
        if whole and value != value.to_integral_value():
            raise CellError(_("A whole number is needed here."))
        if abs(value) >= bound:
            raise CellError(_("The number is too large."))
        if not whole and value != round(value, places):
            raise CellError(_("At most {places} decimal places.").format(places=places))
        if field.minimum is not None and value < field.minimum:
            raise CellError(_("Not less than {limit}.").format(limit=field.minimum))
        if field.maximum is not None and value > field.maximum:
            raise CellError(_("Not more than {limit}.").format(limit=field.maximum))
        return int(value) if whole else value

    return read


def _date(field: ImportField, forms: Forms) -> Callable[[Any], Any]:
    moments = field.kind == Kind.MOMENT

    def read(cell: Any) -> Any:
        value = cell if isinstance(cell, date) else dates.parse(text_of(cell), forms.dates)
        if value is None or not 1900 <= value.year <= 2200:
            raise CellError(
                _("“{text}” is no date; dates look like {shown}.").format(
                    text=str(cell)[:40], shown=dates.ORDERS[forms.dates]
                )
            )
        if not moments:
            return value.date() if isinstance(value, datetime) else value
        moment = value if isinstance(value, datetime) else datetime.combine(value, time(12), tzinfo=UTC)
        return moment if moment.tzinfo else timezone.make_aware(moment)

    return read


def _yesno(field: ImportField, _forms: Forms) -> Callable[[Any], Any]:
    def read(cell: Any) -> Any:
        if isinstance(cell, bool):
            return cell
        text = text_of(cell).lower()
        if text in YES:
            return True
        if text in NO:
            return False
        raise CellError(_("“{text}” is neither yes nor no.").format(text=text[:40]))

    return read


def _choice(field: ImportField, _forms: Forms) -> Callable[[Any], Any]:
    by_word = {str(value).lower(): value for value, _word in field.choices}
    by_word |= {str(word).lower(): value for value, word in field.choices}
    words = ", ".join(str(word) for _value, word in field.choices if str(word))

    def one(text: str) -> Any:
        value = by_word.get(text.strip().lower())
        if value is None:
            raise CellError(_("“{text}” is not among: {words}.").format(text=text[:40], words=words[:200]))
        return value

    if field.kind == Kind.CHOICE:
        return lambda cell: one(text_of(cell))
    return lambda cell: [one(part) for part in _SEPARATED.split(text_of(cell)) if part.strip()]


def _own(_field: ImportField, _forms: Forms) -> Callable[[Any], Any]:
    return text_of


READERS: dict[Kind, Callable[[ImportField, Forms], Callable[[Any], Any]]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.INTEGER: _number,
    Kind.DECIMAL: _number,
    Kind.DATE: _date,
    Kind.MOMENT: _date,
    Kind.YESNO: _yesno,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choice,
    Kind.EMAIL: _email,
    Kind.PHONE: _phone,
    Kind.REFERENCE: _text,
    Kind.OWN: _own,
}
