"""Facts of a card: label and value of each field, changed in place by who may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.documents import figures
from core.ui import amounts, cells, registers
from core.ui.registers import Register, own_fields
from core.ui.tables import Column, Kind


@dataclass(frozen=True)
class Fact:
    """One line of the card's facts; `edit_url` opens its field, "" where it cannot be changed."""

    name: str
    label: Any
    value: SafeString | str
    edit_url: str = ""


def facts_of(record: Any, register: Register, user: Any, may_change: bool) -> list[Fact]:
    return list(_facts(record, register, user, may_change))


def _facts(record: Any, register: Register, user: Any, may_change: bool) -> Iterator[Fact]:
    base = f"{register.url_of(record)}field/"
    editable = set(register.form_class._meta.fields) if register.form_class and may_change else set()
    for name in register.facts:
        if register.may_see(user, name):
            url = f"{base}{name}/" if name in editable else ""
            yield Fact(name, label_of(register, name), _shown_to(user, record, name, register), url)
    for name, label, value in own_fields().facts(record, user):
        yield Fact(name, label, value, f"{base}{name}/" if may_change else "")


def fact(record: Any, register: Register, user: Any, name: str, may_change: bool) -> Fact:
    """One fact anew, after it was changed."""
    found = next((one for one in _facts(record, register, user, may_change) if one.name == name), None)
    if found is not None:
        return found
    value = _shown_to(user, record, name, register)
    return Fact(name, label_of(register, name), value, f"{register.url_of(record)}field/{name}/")


def _shown_to(user: Any, record: Any, name: str, register: Register) -> SafeString | str:
    """The value; a record whose card the user may not open is named and leads nowhere."""
    if record._meta.get_field(name).is_relation and getattr(record, f"{name}_id", None) is not None:
        other = getattr(record, name)
        its_register = registers.of(other)
        if its_register is not None and not its_register.may(user, its_register.view_action):
            return str(other)
    return value_of(record, name, register)


# What cards call the records they point to, where no column and no field names them.
RELATIONS = {
    "branch": _("Branch"),
    "client": _("Client"),
    "legal_entity": _("Legal entity"),
    "organization": _("Our organisation"),
    "source": _("Source"),
    "tax": _("Tax"),
    "warehouse": _("Warehouse"),
}


def label_of(register: Register, name: str) -> str:
    column = next((column for column in register.columns if column.name == name), None)
    if column is not None:
        return str(column.label)
    said = register.labels.get(name) or RELATIONS.get(name)
    if said:
        return str(said)
    label = str(getattr(register.model._meta.get_field(name), "verbose_name", name))
    return label[:1].upper() + label[1:]


def value_of(record: Any, name: str, register: Register | None = None) -> SafeString | str:
    """A field's value in words, by the kind of the field; a share as the register's column writes it."""
    field = record._meta.get_field(name)
    value = getattr(record, name)
    if value is not None and is_money(field):
        currency = getattr(record, "currency_id", "")
        return amounts.exact_money(value, currency) if currency else amounts.home_money(value)
    if value is not None and is_price(field) and not hasattr(record, "currency_id"):
        return amounts.home_price(value)
    shares = [column.name for column in register.columns if column.kind is Kind.PERCENT] if register else []
    kind = Kind.PERCENT if name in shares and value is not None else kind_of(field)
    return cells.write(Column(name, "", kind=kind), _worded(record, field, value))


def is_money(field: Any) -> bool:
    """An amount, in two places or as exact as imported history keeps it, or a rate; no quantity, no price of one."""
    if not isinstance(field, models.DecimalField) or field.max_digits != 18:
        return False
    return field.decimal_places == 2 or field.name.endswith(("amount", "_per_hour"))


def is_price(field: Any) -> bool:
    """What one costs; it is kept in six places."""
    return isinstance(field, models.DecimalField) and field.max_digits == 18 and field.decimal_places == 6


def kind_of(field: Any) -> Kind:
    """The kind of a model field."""
    if field.is_relation:
        return Kind.USER if field.related_model._meta.label == "core.User" else Kind.LINK
    if field.choices:
        return Kind.TEXT
    kinds = (
        (models.DecimalField, Kind.QTY),
        (models.BooleanField, Kind.YESNO),
        (models.DateTimeField, Kind.MOMENT),
        (models.DateField, Kind.DATE),
        (models.IntegerField, Kind.NUMBER),
    )
    return next((kind for cls, kind in kinds if isinstance(field, cls)), Kind.TEXT)


def _worded(record: Any, field: Any, value: Any) -> Any:
    if field.name == "language":
        return figures.language(value)
    return getattr(record, f"get_{field.name}_display")() if getattr(field, "choices", None) else value
