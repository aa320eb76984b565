"""Own fields on screens: columns of lists, facts of cards, changes in histories, the names of linked records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils.html import conditional_escape
from django.utils.translation import gettext as _

from core.actors import Actor
from core.choices import FieldKind
from core.customfields.expressions import sort_path
from core.customfields.fields import linkable
from core.customfields.values import meaning, values_of
from core.models import CustomField, User
from core.ui import amounts, cells
from core.ui.tables import Column, Kind

KINDS = {
    FieldKind.TEXT: Kind.TEXT,
    FieldKind.NUMBER: Kind.NUMBER,
    FieldKind.MONEY: Kind.MONEY,
    FieldKind.DATE: Kind.DATE,
    FieldKind.CHOICE: Kind.CHOICE,
    FieldKind.CHOICES: Kind.TAGS,
    FieldKind.YESNO: Kind.YESNO,
    FieldKind.LINK: Kind.LINK,
}
# Where a record keeps the linked records that were read for it and its neighbours.
_READ = "_own_linked"


def kind_of(field: CustomField) -> Kind:
    if field.kind == FieldKind.LINK and field.target == User._meta.label_lower:
        return Kind.USER
    return KINDS[FieldKind(field.kind)]


def name_of(field: CustomField) -> str:
    """The name of the field among those of the record: in forms, filters, columns, addresses and imports."""
    return f"own_{field.key}"


def column_of(field: CustomField, user: Actor) -> Column:
    """A column that can be chosen; sorted by what the value means."""
    label = f"{field.label}, {field.currency_id}" if field.kind == FieldKind.MONEY else field.label
    return Column(
        name_of(field),
        label,
        kind=kind_of(field),
        value=_getter(field, user),
        batch=_batch(field) if field.kind == FieldKind.LINK else None,
        sort=sort_path(field),
        shown=field.in_lists,
    )


def _batch(field: CustomField) -> Callable[[list[int], Any], dict[int, Any]]:
    """What many records link to, in two statements: their values, and the records behind them."""

    def read(keys: list[int], user: Any) -> dict[int, Any]:
        model = apps.get_model(field.model)
        rows = [
            model(pk=pk, custom=custom)
            for pk, custom in model._base_manager.filter(pk__in=keys).values_list("pk", "custom")
        ]
        prime(rows, [field], user)
        return {row.pk: value_in(row, field, user) for row in rows}

    return read


def _getter(field: CustomField, user: Actor) -> Callable[[Any], Any]:
    def get(record: Any) -> Any:
        return value_in(record, field, user)

    return get


def value_in(record: Any, field: CustomField, user: Actor) -> Any:
    """What a record's field means; of a link the record it points to, or words that say it is hidden."""
    value = meaning(field, values_of(record).get(field.key))
    if field.kind != FieldKind.LINK or value is None:
        return value
    return _linked(record, field, user).get(value) or _("hidden record")


def _linked(record: Any, field: CustomField, user: Actor) -> Mapping[int, Any]:
    read = record.__dict__.setdefault(_READ, {})
    if field.target not in read:
        prime([record], [field], user)
        read = record.__dict__[_READ]
    return read[field.target]


def prime(records: Iterable[Any], fields: Iterable[CustomField], user: Actor) -> None:
    """Read what all these records link to, in one statement per kind of record, so that writing them costs none."""
    records = list(records)
    wanted: dict[str, set[int]] = {}
    for field in fields:
        if field.kind == FieldKind.LINK:
            ids = {meaning(field, values_of(record).get(field.key)) for record in records} - {None}
            wanted.setdefault(field.target, set()).update(ids)
    if not wanted:
        return
    read = {target: _nameable(target, user).in_bulk(ids) if ids else {} for target, ids in wanted.items()}
    for record in records:
        record.__dict__[_READ] = {**record.__dict__.get(_READ, {}), **read}


def _nameable(target: str, user: Actor) -> QuerySet[Any]:
    """Whom a link can be read out to: of colleagues also those who have left."""
    return User.objects.all() if apps.get_model(target) is User else linkable(target, user)


def written(field: CustomField, value: Any) -> str:
    """A value as a card writes it, safe to stand in a page: amounts to the cent, all choices."""
    if value is None:
        return cells.EMPTY
    if field.kind == FieldKind.MONEY:
        return conditional_escape(amounts.exact_money(value, field.currency_id or ""))
    if field.kind == FieldKind.CHOICES:
        return cells.write(Column("own", "", kind=Kind.TEXT), ", ".join(value))
    return cells.write(Column("own", "", kind=kind_of(field)), value)


def plain(field: CustomField, value: Any) -> str:
    """A value as text, for documents."""
    if value is None:
        return ""
    if field.kind == FieldKind.CHOICE:
        return str(value[1])
    if field.kind == FieldKind.CHOICES:
        return ", ".join(value)
    if field.kind in {FieldKind.TEXT, FieldKind.LINK}:
        return str(value)
    return str(written(field, value))
