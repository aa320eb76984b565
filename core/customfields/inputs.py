"""The form field of an own field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.apps import apps
from django.utils.translation import gettext as _

from core.actors import Actor
from core.choices import FieldKind
from core.customfields.fields import linkable
from core.customfields.values import (
    LONGEST_TEXT,
    MOST_INTEGER_DIGITS,
    meaning,
    offered_to,
    places_of,
)
from core.models import CustomField
from core.ui import registers
from core.ui.fields import AmountField, DayField, FirstRecords, RecordField


class SomeRecordField(forms.ModelChoiceField):
    """A record of a kind that has no list of its own: the chosen one and the latest hundred."""

    iterator = FirstRecords


def record_field(target: str, user: Actor, *, chosen: int | None = None, **kwargs: Any) -> forms.ModelChoiceField:
    """A field that finds a record of a kind among those the user may link to."""
    register = registers.of(apps.get_model(target))
    if register is not None:
        field: forms.ModelChoiceField = RecordField(register, user, **kwargs)
    else:
        field = SomeRecordField(queryset=linkable(target, user), **kwargs)
    field.chosen_id = chosen  # type: ignore[attr-defined]
    return field


def form_field(field: CustomField, user: Actor, stored: Any = None) -> forms.Field:
    """The field by its kind, filled with what the record holds."""
    words = {"label": field.label, "help_text": field.help, "required": field.is_required}
    return _MAKERS[field.kind](field, user, stored, words)


def _text(field: CustomField, _user: Actor, stored: Any, words: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=LONGEST_TEXT, initial=meaning(field, stored), **words)


def _amount(field: CustomField, _user: Actor, stored: Any, words: dict[str, Any]) -> forms.Field:
    places = places_of(field)
    currency = field.currency_id or ""
    digits = MOST_INTEGER_DIGITS + places
    initial = meaning(field, stored)
    return AmountField(currency=currency, max_digits=digits, decimal_places=places, initial=initial, **words)


def _day(field: CustomField, _user: Actor, stored: Any, words: dict[str, Any]) -> forms.Field:
    return DayField(initial=meaning(field, stored), **words)


def _choice(field: CustomField, _user: Actor, stored: Any, words: dict[str, Any]) -> forms.Field:
    choices = [("", "–"), *offered_to(field, stored).items()]
    return forms.ChoiceField(choices=choices, initial=stored, **words)


def _choices(field: CustomField, _user: Actor, stored: Any, words: dict[str, Any]) -> forms.Field:
    choices = list(offered_to(field, stored).items())
    initial = stored if isinstance(stored, list) else []
    return forms.MultipleChoiceField(choices=choices, initial=initial, widget=forms.CheckboxSelectMultiple, **words)


def _yesno(field: CustomField, _user: Actor, stored: Any, words: dict[str, Any]) -> forms.Field:
    """Three answers, because "not asked yet" is none of the two."""
    held = meaning(field, stored)
    return forms.TypedChoiceField(
        choices=[("", "–"), ("true", _("Yes")), ("false", _("No"))],
        coerce=lambda text: text == "true",
        empty_value=None,
        initial="" if held is None else str(held).lower(),
        **words,
    )


def _link(field: CustomField, user: Actor, stored: Any, words: dict[str, Any]) -> forms.Field:
    held = meaning(field, stored)
    return record_field(field.target, user, chosen=held, initial=held, **words)


_MAKERS: dict[str, Callable[[CustomField, Actor, Any, dict[str, Any]], forms.Field]] = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _amount,
    FieldKind.MONEY: _amount,
    FieldKind.DATE: _day,
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _choices,
    FieldKind.YESNO: _yesno,
    FieldKind.LINK: _link,
}
