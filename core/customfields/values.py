"""Values of own fields: from what somebody gave to what is stored, and back to what it means.

Stored are plain values that JSON knows: text, a number or an amount as its exact decimal digits ("12.50"), a day as
"2026-03-05", the code of a choice or a list of codes, true or false, the id of a linked record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from core.choices import FieldKind
from core.errors import InvalidValue
from core.models import CustomField

LONGEST_TEXT = 1000
MOST_INTEGER_DIGITS = 15
_DIGITS = re.compile(r"-?\d{1,18}(\.\d{1,6})?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def places_of(field: CustomField) -> int:
    """Decimal places of a number or of the currency of an amount."""
    if field.kind == FieldKind.MONEY and field.currency is not None:
        return field.currency.decimals
    return field.digits


def options_of(field: CustomField) -> dict[str, str]:
    """All choices by code, retired ones included, in their order."""
    return {option["code"]: option["label"] for option in field.options}


def is_empty(raw: Any) -> bool:
    return (
        raw is None or (isinstance(raw, str) and not raw.strip()) or (isinstance(raw, (list, tuple, set)) and not raw)
    )


def clean_value(field: CustomField, raw: Any, *, current: Any = None) -> Any:
    """The value to store for what a form, an import or a program gave; None for nothing.

    Takes Python values as well as text. A retired choice can stay where it is (`current`), but not be chosen anew.
    Whether a linked record exists is asked where the user is known. Raises InvalidValue with the field's label and
    the problem.
    """
    if is_empty(raw):
        return None
    try:
        if field.kind in {FieldKind.CHOICE, FieldKind.CHOICES}:
            return (_choice if field.kind == FieldKind.CHOICE else _choices)(offered_to(field, current), raw)
        return _CLEANERS[field.kind](field, raw)
    except _Problem as problem:
        raise InvalidValue(field=field.label, problem=str(problem)) from None


class _Problem(Exception):
    pass


def _text(_field: CustomField, raw: Any) -> str:
    if not isinstance(raw, str):
        raise _Problem(_("Write a text."))
    text = raw.strip()
    if len(text) > LONGEST_TEXT:
        raise _Problem(_("At most {count} characters fit here.").format(count=LONGEST_TEXT))
    if _CONTROL.search(text) or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise _Problem(_("There is a character in it that cannot be stored."))
    return text


def _number(field: CustomField, raw: Any) -> str:
    number = _decimal(raw)
    if not number.is_finite():
        raise _Problem(_("Write a number, such as 1250.50."))
    places = places_of(field)
    if abs(number) >= Decimal(10) ** MOST_INTEGER_DIGITS:
        raise _Problem(_("This number is too large."))
    rounded = number.quantize(Decimal(1).scaleb(-places))
    if rounded != number:
        raise _Problem(_("At most {count} decimal places fit here.").format(count=places))
    return f"{rounded:f}" if rounded else f"{abs(rounded):f}"  # no minus before zero


def _decimal(raw: Any) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, (int, float, Decimal, str)):
        raise _Problem(_("Write a number, such as 1250.50."))
    try:
        return Decimal(str(raw))
    except InvalidOperation:
        pass
    from core.ui.fields import calculated

    if not re.fullmatch(r"[-+]?[\d\s.,'\u00a0\u202f]+", str(raw)):
        raise _Problem(_("Write a number, such as 1250.50."))
    try:
        return calculated(str(raw).replace("\u202f", ""))
    except ValidationError:
        raise _Problem(_("Write a number, such as 1250.50.")) from None


def _day(_field: CustomField, raw: Any) -> str:
    if isinstance(raw, datetime):
        raise _Problem(_("Write a day without a time, such as 2026-03-05."))
    if isinstance(raw, date):
        return raw.isoformat()
    text = raw.strip() if isinstance(raw, str) else ""
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            pass
    raise _Problem(_("Write a day such as 2026-03-05."))


def offered_to(field: CustomField, current: Any = None) -> dict[str, str]:
    """The choices of a record that holds `current`: those in use, and its own."""
    held = {code for code in (current if isinstance(current, list) else [current]) if isinstance(code, str)}
    return {
        option["code"]: option["label"]
        for option in field.options
        if not option.get("retired", False) or option["code"] in held
    }


def _choice(offered: dict[str, str], raw: Any) -> str:
    if isinstance(raw, str):
        text = raw.strip()
        if text in offered:
            return text
        for code, label in offered.items():
            if label.casefold() == text.casefold():
                return code
    raise _Problem(_("Choose one of: {choices}.").format(choices=", ".join(offered.values())))


def _choices(offered: dict[str, str], raw: Any) -> list[str]:
    if isinstance(raw, str) and raw.strip().casefold() in {label.casefold() for label in offered.values()}:
        raw = [raw]
    if isinstance(raw, str):
        raw = [part for part in raw.split(";" if ";" in raw else ",") if part.strip()]
    if not isinstance(raw, Iterable) or isinstance(raw, dict):
        raise _Problem(_("Give a list of choices."))
    chosen = {_choice(offered, one) for one in raw}
    return [code for code in offered if code in chosen]


def _yesno(_field: CustomField, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    words |= {_("yes").casefold(): True, _("no").casefold(): False}
    found = words.get(str(raw).strip().casefold()) if isinstance(raw, (str, int)) else None
    if found is None:
        raise _Problem(_("Write yes or no."))
    return found


def _link(field: CustomField, raw: Any) -> int:
    if isinstance(raw, Model):
        if raw._meta.label_lower != field.target:
            raise _Problem(_("This is a record of another kind."))
        raw = raw.pk
    text = str(raw).strip().removeprefix("#") if isinstance(raw, (str, int)) and not isinstance(raw, bool) else ""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 2**63):
        raise _Problem(_("Name a record by its number."))
    return int(text)


_CLEANERS: dict[str, Callable[[CustomField, Any], Any]] = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.MONEY: _number,
    FieldKind.DATE: _day,
    FieldKind.YESNO: _yesno,
    FieldKind.LINK: _link,
}


def values_of(record: Any) -> dict[str, Any]:
    """What a record holds; whatever else stands in the column is taken for nothing."""
    held = getattr(record, "custom", None)  # a model without fields of the company's own holds none
    return held if isinstance(held, dict) else {}


def meaning(field: CustomField, stored: Any) -> Any:
    """What a stored value means: text, Decimal, date, (code, label), list of labels, bool or id.

    None for nothing, and for a stored value that does not fit the field: it must not break a page.
    """
    return _MEANINGS[field.kind](field, stored) if stored is not None else None


def _meant_number(_field: CustomField, stored: Any) -> Decimal | None:
    return Decimal(stored) if isinstance(stored, str) and _DIGITS.fullmatch(stored) else None


def _meant_day(_field: CustomField, stored: Any) -> date | None:
    if isinstance(stored, str) and _DAY.fullmatch(stored):
        try:
            return date.fromisoformat(stored)
        except ValueError:
            return None
    return None


def _meant_choice(field: CustomField, stored: Any) -> tuple[str, str] | None:
    return (stored, options_of(field).get(stored, stored)) if isinstance(stored, str) else None


def _meant_choices(field: CustomField, stored: Any) -> list[str] | None:
    known = options_of(field)
    if not isinstance(stored, list):
        return None
    return [known.get(code, code) for code in stored if isinstance(code, str)] or None


_MEANINGS: dict[str, Callable[[CustomField, Any], Any]] = {
    FieldKind.TEXT: lambda _field, stored: stored if isinstance(stored, str) else None,
    FieldKind.NUMBER: _meant_number,
    FieldKind.MONEY: _meant_number,
    FieldKind.DATE: _meant_day,
    FieldKind.CHOICE: _meant_choice,
    FieldKind.CHOICES: _meant_choices,
    FieldKind.YESNO: lambda _field, stored: stored if isinstance(stored, bool) else None,
    FieldKind.LINK: lambda _field, stored: stored if type(stored) is int and stored > 0 else None,
}
