"""How phones and e-mails are written in one way, so that the same person is found again."""

from __future__ import annotations

import re

import phonenumbers

from crm.choices import ContactKind

_MAIL = re.compile(r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+$")


def normalised(kind: str, value: str, *, region: str | None = None) -> str | None:
    """The one spelling of a contact: e-mail in lower case, phone as E.164; None when it is neither.

    A phone without a country code is read in `region` (two letters); what cannot be completed keeps its digits.
    """
    value = value.strip()
    if kind == ContactKind.EMAIL:
        return value.lower() if _MAIL.match(value) else None
    if kind == ContactKind.PHONE:
        return _phone(value, region)
    return value.lower() or None


def _phone(value: str, region: str | None) -> str | None:
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is not None and phonenumbers.is_possible_number(number):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    digits = re.sub(r"\D", "", value)
    return digits if len(digits) >= 5 else None
