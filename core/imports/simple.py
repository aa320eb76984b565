"""Import for a register that has no set-wise service of its own: row by row, through the register itself.

Fine for lists of some thousand rows; a register that takes hundreds of thousands declares a profile with a
set-wise `write`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import models
from django.utils.functional import lazystr

from core.actors import Actor
from core.errors import DomainError
from core.imports import profiles
from core.imports.fields import ImportField, Kind, Reference, of
from core.imports.profiles import CHANGED, CREATED, SAME, Entry, ImportProfile, Written
from core.ui import registers
from core.ui.registers import Register
from core.ui.undo import before_values


def import_by(register: type[Register], *names: str, required: Sequence[str] = (), key: str = "external_key") -> None:
    """Let files fill these columns of a register; `key` tells which record a row is about.

    A reference is found by the number or name of the record it points to.
    """
    made = registers.by_key(register().key)
    fields = tuple(replace(_field(made.model, name), required=name in required) for name in (*names, key))

    class Profile(ImportProfile):
        label = lazystr(made.label_plural)  # type: ignore[no-untyped-call]
        icon = made.icon
        model = made.model
        keys = (key,)
        create_action, change_action = made.create_action, made.change_action
        rehearses = True
        list_url = f"{made.app}:{made.name}_list"

        def write(self, entries: Sequence[Entry], *, by: Actor, dry: bool = False) -> list[Written]:
            return [one for entry in entries for one in _written(made, entry, by)]

    Profile.key, Profile.fields = made.plural, fields
    Profile.__qualname__ = f"{made.key} by its register"
    profiles.add(Profile)


def _field(model: type[models.Model], name: str) -> ImportField:
    column: Any = model._meta.get_field(name)
    if not column.is_relation:
        return of(model, name)
    target = column.related_model
    names = {field.name for field in target._meta.concrete_fields}
    by = tuple(one for one in ("external_key", "number", "sku", "code", "email", "name") if one in names)
    return replace(of(model, name), name=f"{name}_id", kind=Kind.REFERENCE, reference=Reference(target, by))


def _written(register: Register, entry: Entry, by: Actor) -> list[Written]:
    values = dict(entry.values)
    try:
        if entry.record_id is None:
            record = register.create(values=values, by=by)
            return [Written(entry.line, register.model, record.pk, CREATED, version=record.version)]
        record: Any = register.model._default_manager.get(pk=entry.record_id)
        changes = {name: value for name, value in values.items() if _now(record, name) != value}
        if not changes:
            return [Written(entry.line, register.model, record.pk, SAME, version=record.version)]
        before = before_values(record, {name.removesuffix("_id"): value for name, value in changes.items()})
        record = register.change(record=record, changes=changes, version=None, by=by)
        return [Written(entry.line, register.model, record.pk, CHANGED, before=before, version=record.version)]
    except DomainError as refused:
        entry.refuse(str(refused))
        return []


def _now(record: Any, name: str) -> Any:
    return record.custom.get(name.removeprefix("own_")) if name.startswith("own_") else getattr(record, name)
