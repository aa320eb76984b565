"""Defining own fields: what an administrator does on the settings page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db import OperationalError, connection, transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from psycopg2 import errorcodes, sql

from core import doorbell, policy, setup
from core.actors import Actor, user_or_none
from core.choices import FieldKind, IndexState
from core.customfields.errors import DefinitionRefused, HasValues, KeyTaken, NoOwnFields, OptionsGone, RecordsBusy
from core.customfields.expressions import RESERVED_KEYS
from core.customfields.fields import carriers, targets
from core.customfields.tasks import settle_own_indexes
from core.models import Currency, CustomField, Role
from core.models.customfields import KEY_PATTERN, MOST_DIGITS
from core.transactions import command

PARTS = frozenset({
    "label", "help", "kind", "options", "target", "digits", "currency_id", "group", "is_required", "in_lists",
    "on_papers", "see_roles", "fill_roles", "is_indexed",
})  # fmt: skip
WITH_OPTIONS = frozenset({FieldKind.CHOICE, FieldKind.CHOICES})


@command
def define_field(*, model: str, label: str, kind: str, by: Actor, key: str = "", **parts: Any) -> CustomField:
    """Give one kind of record a field; it comes last. `parts` are those of PARTS; without a key the label makes one.

    Each call makes one. Raises NoOwnFields, KeyTaken (keys of retired fields stay taken) and DefinitionRefused.
    """
    policy.require(by, "core.manage_custom_fields")
    if model not in carriers():
        raise NoOwnFields(model=model)
    key = key.strip() or _as_key(label)
    if not re.fullmatch(KEY_PATTERN, key) or len(key) > 40 or key in RESERVED_KEYS:
        problem = _("A key is made of small letters, digits and single underscores, and begins with a letter.")
        raise DefinitionRefused(field="key", problem=problem)
    if CustomField.objects.filter(model=model, key=key).exists():
        raise KeyTaken(key=key)
    field = CustomField(model=model, key=key, created_by=user_or_none(by))
    _fill(field, {"label": label, "kind": kind, **parts})
    last = CustomField.objects.filter(model=model).aggregate(last=Max("position"))["last"] or 0
    field.position = last + 1
    if field.is_indexed:
        field.index_state = IndexState.BUILDING
    field.save()
    _changed(indexes=field.is_indexed)
    return field


@command
def change_field(*, field_id: int, changes: Mapping[str, Any], by: Actor, version: int | None = None) -> CustomField:
    """Change parts of a definition. Nothing different changes nothing. Locks the field.

    What would make stored values meaningless (kind, currency, target, fewer decimal places) is refused while there
    are values; the records of that kind are held for the moment of looking. Raises HasValues, RecordsBusy,
    OptionsGone, DefinitionRefused and StaleVersion.
    """
    policy.require(by, "core.manage_custom_fields")
    field = CustomField.objects.locked().get(pk=field_id)
    field.expect_version(version)
    before = {name: getattr(field, name) for name in PARTS}
    _fill(field, changes)
    different = [name for name in sorted(PARTS) if getattr(field, name) != before[name]]
    if not different:
        return field
    gone = [option["label"] for option in before["options"] if option["code"] not in _codes(field)]
    if gone and field.kind in WITH_OPTIONS:
        raise OptionsGone(choices=", ".join(gone))
    _refuse_loss(field, before)
    if "is_indexed" in different or (field.is_indexed and "kind" in different):
        field.index_state, field.index_error = IndexState.BUILDING, ""
        different += ["index_state", "index_error"]
    field.updated_by = user_or_none(by)
    field.save(update_fields=[*different, "updated_by"])
    _changed(indexes="index_state" in different)
    return field


@command
def retire_field(*, field_id: int, by: Actor) -> CustomField:
    """Take a field out of use: nobody sees it any more, its values stay. Retiring twice changes nothing."""
    return _set_active(field_id, by, active=False)


@command
def restore_field(*, field_id: int, by: Actor) -> CustomField:
    """Bring a retired field back with the values it had."""
    return _set_active(field_id, by, active=True)


def _set_active(field_id: int, by: Actor, *, active: bool) -> CustomField:
    policy.require(by, "core.manage_custom_fields")
    field = CustomField.objects.locked().get(pk=field_id)
    if field.is_active == active:
        return field
    field.is_active, field.updated_by = active, user_or_none(by)
    if field.is_indexed:
        field.index_state, field.index_error = IndexState.BUILDING, ""
    field.save(update_fields=["is_active", "updated_by", "index_state", "index_error"])
    _changed(indexes=field.is_indexed)
    return field


@command
def move_field(*, field_id: int, by: Actor, up: bool) -> None:
    """Let a field change places with its neighbour; the first does not move up. Locks all fields of that record."""
    policy.require(by, "core.manage_custom_fields")
    model = CustomField.objects.get(pk=field_id).model
    fields = sorted(
        CustomField.objects.locked().filter(model=model, is_active=True), key=lambda own: (own.position, own.pk)
    )
    place = next((number for number, own in enumerate(fields) if own.pk == field_id), None)
    other = None if place is None else place - 1 if up else place + 1
    if place is None or other is None or not 0 <= other < len(fields):
        return
    fields[place], fields[other] = fields[other], fields[place]
    for position, field in enumerate(fields, start=1):
        if field.position != position:
            field.position, field.updated_by = position, user_or_none(by)
            field.save(update_fields=["position", "updated_by"])
    _changed(indexes=False)


@command
def retry_index(*, field_id: int, by: Actor) -> CustomField:
    """Try a failed index once more. One that did not fail is left alone."""
    policy.require(by, "core.manage_custom_fields")
    field = CustomField.objects.locked().get(pk=field_id)
    if field.index_state == IndexState.FAILED:
        field.index_state, field.index_error = IndexState.BUILDING, ""
        field.save(update_fields=["index_state", "index_error"])
        _changed(indexes=True)
    return field


def _changed(*, indexes: bool) -> None:
    """This process reads the setup anew; a worker is woken where an index is to be built or removed."""
    setup.forget()
    if indexes:
        transaction.on_commit(lambda: doorbell.ring(settle_own_indexes), robust=True)


def _as_key(label: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", slugify(label).replace("-", "_")).strip("_")
    key = words if words[:1].isalpha() else f"field_{words}".strip("_")
    return key[:40].strip("_")


def _fill(field: CustomField, parts: Mapping[str, Any]) -> None:
    """Write the parts into the definition and leave out what its kind has no use for. Raises DefinitionRefused."""
    for name in sorted(set(parts) - PARTS):
        raise DefinitionRefused(field=name, problem=_("There is no such setting."))
    for name, value in parts.items():
        setattr(field, name, value.strip() if isinstance(value, str) else value)
    if not field.label:
        raise DefinitionRefused(field="label", problem=_("Give the field a label."))
    if field.kind not in FieldKind.values:
        raise DefinitionRefused(field="kind", problem=_("Choose what the field holds."))
    field.options = _clean_options(field.options) if field.kind in WITH_OPTIONS else []
    field.target = field.target if field.kind == FieldKind.LINK else ""
    field.digits = field.digits if field.kind == FieldKind.NUMBER else 0
    field.currency_id = field.currency_id if field.kind == FieldKind.MONEY else None
    if field.kind == FieldKind.LINK and field.target not in targets():
        raise DefinitionRefused(field="target", problem=_("Choose what the field links to."))
    if not 0 <= field.digits <= MOST_DIGITS:
        problem = _("A number has at most {most} decimal places.").format(most=MOST_DIGITS)
        raise DefinitionRefused(field="digits", problem=problem)
    if field.kind == FieldKind.MONEY and not Currency.objects.filter(pk=field.currency_id).exists():
        raise DefinitionRefused(field="currency", problem=_("Choose the currency of the amounts."))
    field.see_roles, field.fill_roles = sorted(set(field.see_roles)), sorted(set(field.fill_roles))
    asked = {*field.see_roles, *field.fill_roles}
    if asked and Role.objects.filter(code__in=asked).count() != len(asked):
        raise DefinitionRefused(field="see_roles", problem=_("There is no such role."))


def _clean_options(options: Any) -> list[dict[str, Any]]:
    """The choices in their order; one without a code gets it from its label and keeps it for good."""
    given = [option for option in options if str(option.get("label", "")).strip()]
    taken = {option["code"] for option in given if option.get("code")}
    found: list[dict[str, Any]] = []
    for option in given:
        label, code = str(option["label"]).strip()[:80], str(option.get("code") or "")
        if not code:
            base = _as_key(label)
            code, number = base, 1
            while code in taken:
                number += 1
                code = f"{base[:36]}_{number}"
            taken.add(code)
        if any(label.casefold() == other["label"].casefold() for other in found):
            raise DefinitionRefused(field="options", problem=_("Two choices have the same label."))
        found.append({"code": code, "label": label, "retired": bool(option.get("retired"))})
    if not any(not option["retired"] for option in found):
        raise DefinitionRefused(field="options", problem=_("Give at least one choice that is in use."))
    return found


def _codes(field: CustomField) -> set[str]:
    return {option["code"] for option in field.options}


def _refuse_loss(field: CustomField, before: Mapping[str, Any]) -> None:
    """Refuse what would make stored values meaningless."""
    losses = {
        _("kind"): field.kind != before["kind"],
        _("target"): field.target != before["target"],
        _("currency"): field.currency_id != before["currency_id"],
        _("fewer decimal places"): field.digits < before["digits"],
    }
    what = [str(name) for name, is_lost in losses.items() if is_lost]
    if what:
        model = apps.get_model(field.model)
        _hold(model._meta.db_table)
        if model._base_manager.filter(custom__has_key=field.key).exists():
            raise HasValues(label=field.label, what=", ".join(what))


def _hold(table: str) -> None:
    """Let nobody write records of this kind until we are done; who fills a field holds his record already.

    Waits at most two seconds, because writers queue behind us. Raises RecordsBusy.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            cursor.execute(_lock(table).as_string(cursor.cursor))
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) == errorcodes.LOCK_NOT_AVAILABLE:
            raise RecordsBusy from error
        raise


def _lock(table: str) -> sql.Composed:
    return sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(sql.Identifier(table))
