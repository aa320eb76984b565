"""Filling own fields of a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor, user_or_none
from core.choices import FieldKind
from core.customfields.errors import ValuesRefused
from core.customfields.fields import fields_now, linkable, may_fill, may_see
from core.customfields.values import clean_value, is_empty, values_of
from core.errors import InvalidValue, NotAllowed
from core.models import CustomField
from core.transactions import command
from core.ui import registers


@command
def set_values(
    *, record: Any, values: Mapping[str, Any], by: Actor, version: int | None = None, new: bool = False
) -> Any:
    """Give own fields of a record values, by key; None or an empty text takes a value away.

    Returns the record as it is stored. Equal values change nothing. Fields that are not named keep theirs. Locks the
    record, so that two people who fill different fields both succeed. `new` is for a record made in the same
    transaction: the right to create it is enough, and fields that must be filled are asked for even when not named.
    Raises NotAllowed, StaleVersion, and ValuesRefused for unknown keys, values of the wrong kind, required fields left
    empty, linked records the user cannot see and fields he may not fill.
    """
    model = type(record)
    held = model._default_manager.locked().get(pk=record.pk)
    _require_right(held, by, new=new)
    held.expect_version(version)
    # Read after the lock: who redefines a field waits for us, or we see what he did.
    fields = {field.key: field for field in fields_now(model)}
    stored = values_of(held)
    wanted, problems = _checked(fields, stored, values, by, new=new)
    if problems:
        labels = {key: fields[key].label for key in problems if key in fields and may_see(fields[key], by)}
        raise ValuesRefused(problems=problems, labels=labels)
    changed = {**stored, **wanted}
    changed = {key: value for key, value in changed.items() if value is not None}
    if changed != stored:
        held.custom, held.updated_by = changed, user_or_none(by)
        held.save(update_fields=["custom", "updated_by"])
    return held


def _require_right(record: Any, by: Actor, *, new: bool) -> None:
    """The register of the record says which right changing it takes; without one only the system may."""
    register = registers.of(record)
    action = register.change_action if register is not None else record.change_action
    if new and register is not None and policy.allows(by, register.create_action):
        return
    if action:
        policy.require(by, action, record)
    elif not by.is_system:
        raise NotAllowed(action=_("Change this record"))


def _checked(
    fields: Mapping[str, CustomField], stored: Mapping[str, Any], values: Mapping[str, Any], by: Actor, *, new: bool
) -> tuple[dict[str, Any], dict[str, str]]:
    """The values to write, and what is wrong by key."""
    wanted: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for key, raw in values.items():
        field = fields.get(key)
        if field is None or not may_see(field, by):
            problems[key] = _("There is no such field.")
            continue
        current = stored.get(key)
        if raw == current and type(raw) is type(current):
            continue
        try:
            value = clean_value(field, raw, current=current)
        except InvalidValue as refused:
            problems[key] = str(refused.params["problem"])
            continue
        if value == current and type(value) is type(current):
            continue
        if not may_fill(field, by):
            problems[key] = _("You may not fill this field.")
        elif value is None and field.is_required:
            problems[key] = _("This field is required.")
        else:
            wanted[key] = value
    if new:
        for key, field in fields.items():
            if field.is_required and is_empty(values.get(key)) and may_fill(field, by):
                problems[key] = _("This field is required.")
    problems |= _missing_links(fields, wanted, by)
    return wanted, problems


def _missing_links(fields: Mapping[str, CustomField], wanted: Mapping[str, Any], by: Actor) -> dict[str, str]:
    """The links to records that do not exist or that the user may not know of; one statement per kind of record."""
    by_target: dict[str, dict[str, int]] = {}
    for key, value in wanted.items():
        if fields[key].kind == FieldKind.LINK and value is not None:
            by_target.setdefault(fields[key].target, {})[key] = value
    problems = {}
    for target, links in by_target.items():
        found = set(linkable(target, by).filter(pk__in=set(links.values())).values_list("pk", flat=True))
        problems.update({key: _("There is no such record.") for key, pk in links.items() if pk not in found})
    return problems
