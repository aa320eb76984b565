"""The fields a file can fill: what a cell may hold, how it is read, and under which headings people keep it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.actors import Actor
from core.imports.reading import dates, numbers
from core.imports.reading.workbooks import Formula

Text = str | Promise


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


@dataclass(frozen=True)
class Reference:
    """A cell that names another record by one of the paths `by`, tried in their order, capitals last.

    `visible` narrows to what the user may see; `narrowed` says which records can be meant at all.
    """

    model: type[models.Model]
    by: tuple[str, ...]
    visible: bool = True
    narrowed: Callable[[models.QuerySet[Any]], models.QuerySet[Any]] | None = None

    def rows(self, user: Actor) -> models.QuerySet[Any]:
        manager: Any = self.model._default_manager
        rows = manager.visible_to(user) if self.visible and hasattr(manager, "visible_to") else manager.all()
        return self.narrowed(rows) if self.narrowed else rows

    def resolve(self, texts: Iterable[str], user: Actor) -> dict[str, list[Any]]:
        """The keys of the records each text may mean: at most two statements per path, however many texts."""
        found: dict[str, list[Any]] = {}
        left = set(texts)
        for path in self.by:
            if left:
                self._add(found, self.rows(user).filter(**{f"{path}__in": left}).values_list(path, "pk"), left)
                left -= set(found)
        folded = {text.lower(): text for text in left}
        for path in self.by if folded else ():
            rows = self.rows(user).annotate(folded_path=models.functions.Lower(path)).filter(folded_path__in=folded)
            pairs = [(folded[text], pk) for text, pk in rows.values_list("folded_path", "pk")]
            self._add(found, pairs, left)
        return found

    def _add(self, found: dict[str, list[Any]], pairs: Iterable[tuple[Any, Any]], wanted: set[str]) -> None:
        for text, pk in pairs:
            if str(text) in wanted and pk not in found.setdefault(str(text), []):
                found[str(text)].append(pk)


@dataclass(frozen=True)
class ImportField:
    """One field of a profile. `synonyms` are headings under which other systems keep it, in several languages.

    `needs` is the right to fill it; `choices` maps values to their words; `digits` and `places` bound numbers.
    """

    name: str
    label: Text
    kind: Kind = Kind.TEXT
    required: bool = False
    synonyms: tuple[str, ...] = ()
    choices: Sequence[tuple[Any, Text]] = ()
    reference: Reference | None = None
    max_length: int | None = None
    digits: int = 18
    places: int = 4
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    needs: str = ""
    help: Text = ""
    check: Callable[[str], str] | None = None
    resolver: Callable[[Iterable[str], Actor], dict[str, list[Any]]] | None = None
    finish: Callable[[Any], Any] | None = None

    @property
    def is_own(self) -> bool:
        return self.name.startswith("own_")

    @property
    def names_records(self) -> bool:
        return self.kind == Kind.REFERENCE

    def resolve(self, texts: Iterable[str], user: Actor) -> dict[str, list[Any]]:
        if self.resolver is not None:
            return self.resolver(texts, user)
        if self.reference is None:
            raise LookupError(f"{self.name} names no records")
        return self.reference.resolve(texts, user)

    def reader(self, forms: Forms) -> Callable[[Any], Any]:
        """A function from a filled cell to its value; raises CellError."""
        read = _READERS[self.kind](self, forms)
        finish = self.finish
        return read if finish is None else lambda cell: finish(read(cell))

    def restored(self, value: Any) -> Any:
        """The value as it was before it was put away as JSON."""
        if value is None or self.is_own:  # an own field is stored as it stands in JSON
            return value
        if self.kind == Kind.DECIMAL:
            return Decimal(value)
        if self.kind == Kind.DATE:
            return date.fromisoformat(value)
        if self.kind == Kind.MOMENT:
            return datetime.fromisoformat(value)
        return value


def of(model: type[models.Model], name: str, **changes: Any) -> ImportField:
    """A field that fills a column of a model: its words, length, places and choices come from there."""
    column: Any = model._meta.get_field(name)
    made = ImportField(name=name, label=column.verbose_name, kind=_kind_of(column), max_length=column.max_length)
    if column.choices:
        made = replace(made, kind=Kind.CHOICE, choices=tuple(column.flatchoices))
    if isinstance(column, models.DecimalField):
        made = replace(made, digits=column.max_digits, places=column.decimal_places)
    if isinstance(column, (models.PositiveIntegerField, models.PositiveSmallIntegerField)):
        top = 32_767 if isinstance(column, models.PositiveSmallIntegerField) else 2_147_483_647
        made = replace(made, minimum=Decimal(0), maximum=Decimal(top))
    return replace(made, **changes)


def _kind_of(column: models.Field[Any, Any]) -> Kind:
    for kinds, kind in (
        (models.DecimalField, Kind.DECIMAL),
        (models.BooleanField, Kind.YESNO),
        (models.IntegerField, Kind.INTEGER),
        (models.DateTimeField, Kind.MOMENT),
        (models.DateField, Kind.DATE),
        (models.ForeignKey, Kind.REFERENCE),
        (models.TextField, Kind.LONG_TEXT),
    ):
        if isinstance(column, kinds):
            return kind
    return Kind.TEXT


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


_READERS: dict[Kind, Callable[[ImportField, Forms], Callable[[Any], Any]]] = {
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
