"""What the rest of the kit asks about own fields of a model, for one user.

Names are `own_<key>` everywhere but in the API, which has the keys in an object of their own. Nothing here costs a
statement, but the names of linked records (`prime`) and, where a field is for some roles, the roles of the user.
Switched off, there are no own fields; the values stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model

from core.actors import Actor
from core.choices import FieldKind
from core.customfields import fields, filters_by_kind, showing
from core.customfields.fields import seen
from core.customfields.inputs import form_field
from core.customfields.services import set_values
from core.customfields.values import clean_value, meaning, options_of, values_of
from core.documents.facts import Fact
from core.models import CustomField
from core.ui.tables import Column

__all__ = [
    "Placeholder",
    "api_values",
    "changes",
    "columns",
    "facts",
    "filters",
    "form_fields",
    "groups",
    "has_required",
    "import_fields",
    "paper_facts",
    "placeholders",
    "prime",
    "schema",
    "set_values",
    "values_from",
]


def columns(model: Any, user: Actor) -> list[Column]:
    """A list column per own field the user may see."""
    return [showing.column_of(field, user) for field in seen(model, user)]


def prime(records: Iterable[Any], user: Actor) -> None:
    """Read what the records of a page link to, one statement per kind of record; call it before writing columns."""
    rows = list(records)
    if rows:
        showing.prime(rows, seen(type(rows[0]), user), user)


def filters(model: Any, user: Actor) -> dict[str, Any]:
    """A django-filter filter per own field the user may see, by parameter name `own_<key>`."""
    return {showing.name_of(field): filters_by_kind.filter_of(field, user) for field in seen(model, user)}


def form_fields(model: Any, user: Actor, record: Any = None) -> dict[str, forms.Field]:
    """A form field per own field the user may fill, by name `own_<key>`, with the record's values as initial."""
    held = values_of(record) if record is not None else {}
    return {
        showing.name_of(field): form_field(field, user, held.get(field.key)) for field in fields.filled(model, user)
    }


def groups(model: Any, user: Actor) -> dict[str, list[str]]:
    """The names of the form fields by group, in their order; "" holds those without one."""
    found: dict[str, list[str]] = {}
    for field in fields.filled(model, user):
        found.setdefault(field.group, []).append(showing.name_of(field))
    return found


def has_required(model: Any, user: Actor) -> bool:
    """Must a new record of this user bring own fields along?"""
    return any(field.is_required for field in fields.filled(model, user))


def values_from(model: Any, cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """The plain values (JSON) of `own_<key>` entries of a form's cleaned data, by key; `set_values` checks them."""
    return {name.removeprefix("own_"): _plain(value) for name, value in cleaned.items() if name.startswith("own_")}


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def facts(record: Any, user: Actor) -> list[tuple[str, str, str]]:
    """Name, label and written value of each own field of a record, for its card."""
    found = seen(type(record), user)
    showing.prime([record], found, user)
    return [
        (showing.name_of(field), field.label, showing.written(field, showing.value_in(record, field, user)))
        for field in found
    ]


def changes(record: Any, before: Any, after: Any, user: Actor) -> list[tuple[str, str, str, str]]:
    """Name, label, value before and after of each own field that differs between two states of `custom`."""
    old, new = _shadow(record, before), _shadow(record, after)
    found = [f for f in seen(type(record), user) if values_of(old).get(f.key) != values_of(new).get(f.key)]
    showing.prime([old, new], found, user)
    return [
        (
            showing.name_of(field),
            field.label,
            showing.written(field, showing.value_in(old, field, user)),
            showing.written(field, showing.value_in(new, field, user)),
        )
        for field in found
    ]


def _shadow(record: Any, custom: Any) -> Any:
    """The record as it would be with other values; never saved."""
    return type(record)(custom=custom)


def api_values(record: Any, user: Actor) -> dict[str, Any]:
    """The plain values of a record by key, None where nothing (or nothing that fits) is held."""
    held = values_of(record)
    return {
        field.key: held.get(field.key) if meaning(field, held.get(field.key)) is not None else None
        for field in seen(type(record), user)
    }


def schema(model: Any, user: Actor) -> dict[str, Any]:
    """JSON schema of the object that `api_values` gives and `set_values` takes."""
    found = seen(model, user)
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {field.key: _property(field, fields.may_fill(field, user)) for field in found},
        "required": [field.key for field in found if field.is_required and fields.may_fill(field, user)],
    }


def _property(field: CustomField, may_fill: bool) -> dict[str, Any]:
    described: dict[str, Any] = {"title": field.label, **_TYPES[FieldKind(field.kind)]}
    if field.kind == FieldKind.CHOICE:
        described["enum"] = [*options_of(field), None]
    if field.kind == FieldKind.CHOICES:
        described["items"] = {"type": "string", "enum": list(options_of(field))}
    if field.help:
        described["description"] = field.help
    if not may_fill:
        described["readOnly"] = True
    return described


_TYPES: dict[FieldKind, dict[str, Any]] = {
    FieldKind.TEXT: {"type": ["string", "null"], "maxLength": 1000},
    FieldKind.NUMBER: {"type": ["string", "null"], "pattern": r"^-?\d{1,15}(\.\d{1,6})?$"},
    FieldKind.MONEY: {"type": ["string", "null"], "pattern": r"^-?\d{1,15}(\.\d{1,6})?$"},
    FieldKind.DATE: {"type": ["string", "null"], "format": "date"},
    FieldKind.CHOICE: {"type": ["string", "null"]},
    FieldKind.CHOICES: {"type": ["array", "null"]},
    FieldKind.YESNO: {"type": ["boolean", "null"]},
    FieldKind.LINK: {"type": ["integer", "null"]},
}


def import_fields(model: Any, user: Actor) -> list[tuple[str, str, Callable[[Any], Any]]]:
    """Name, label and reader of each own field the user may fill; a reader gives the plain value of a cell.

    It raises InvalidValue. Links are named by their number.
    """

    def reader(field: CustomField) -> Callable[[Any], Any]:
        return lambda raw: clean_value(field, raw)

    return [(showing.name_of(field), field.label, reader(field)) for field in fields.filled(model, user)]


@dataclass(frozen=True)
class Placeholder:
    """A word of document templates (`own.<key>`) and how a record fills it."""

    name: str
    label: str
    write: Callable[[Any], str]


def placeholders(model: Any, user: Actor | None = None) -> list[Placeholder]:
    """The own fields a document template may name. Without a user: those that everybody may see."""
    from core.actors import SYSTEM

    if user is not None:
        found = seen(model, user)
    else:
        found = [field for field in fields.fields_of(model) if not field.see_roles]

    def writer(field: CustomField) -> Callable[[Any], str]:
        return lambda record: showing.plain(field, showing.value_in(record, field, user or SYSTEM))

    return [Placeholder(f"own.{field.key}", field.label, writer(field)) for field in found]


def paper_facts(records: Iterable[Any]) -> dict[int, tuple[Fact, ...]]:
    """What the own fields marked "on papers" say of records of one kind, by key; what is empty is left out.

    Fields kept to some roles never stand on a paper. One statement per kind of linked record, none without such
    fields.
    """
    from core.actors import SYSTEM

    rows = [record for record in records if record is not None]
    if not rows:
        return {}
    found = [one for one in fields.fields_of(type(rows[0])) if one.on_papers and not one.see_roles]
    if not found:
        return {}
    showing.prime(rows, found, SYSTEM)
    said: dict[int, tuple[Fact, ...]] = {}
    for record in rows:
        written = [(one.label, showing.plain(one, showing.value_in(record, one, SYSTEM))) for one in found]
        said[record.pk] = tuple(Fact(label, text) for label, text in written if text)
    return said
