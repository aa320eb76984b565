"""Who changed what on a record, read from its history tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from core import policy
from core.actors import SYSTEM, Actor
from core.models import User

# Columns that move with every save and tell nothing.
NOISE = frozenset({"updated_at", "updated_by", "version"})


@dataclass(frozen=True)
class FieldChange:
    """One field of a change. A reference is the key of the other row."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """One change of a record: `kind` is insert, update or delete; `user` is None for the system.

    `acting_for` is the person in whose name an administrator (`user`) worked.
    """

    at: datetime
    kind: str
    user: User | None
    service: str
    fields: tuple[FieldChange, ...]
    acting_for: User | None = None


def history_of(record: Model, *, by: Actor = SYSTEM, limit: int | None = None) -> list[Change]:
    """Every change of a tracked record, newest first, in two statements.

    Whether `by` may see the record itself is the caller's question. Raises NotAllowed without the right to see
    histories, TypeError for a model whose history is not kept.
    """
    policy.require(by, "core.view_history")
    history = _history_model(type(record))
    rows = history.objects.filter(pgh_obj_id=record.pk).select_related("pgh_context")
    # Changes of one statement share a moment; the key keeps their order.
    versions = list(rows.order_by("pgh_id"))
    people = _people(versions)
    names = [field for field in type(record)._meta.concrete_fields if hasattr(history, field.attname)]
    found = []
    for number, version in enumerate(versions):
        before = versions[number - 1] if number else None
        facts = version.pgh_context.metadata if version.pgh_context else {}
        changed = _differences(names, before, version)
        if version.pgh_label == "update" and not changed:
            continue
        user = people.get(facts.get("user", 0))
        service = facts.get("service") or facts.get("handler") or ""
        acting_for = people.get(facts.get("acting_for", 0))
        found.append(Change(version.pgh_created_at, version.pgh_label, user, service, changed, acting_for))
    found.reverse()
    return found[:limit]


def _history_model(model: type[Model]) -> Any:
    kept = getattr(model, "pgh_event_models", None)
    if not kept:
        raise TypeError(f"no history is kept of {model.__name__}")
    return kept["update"]


def _people(versions: Iterable[Any]) -> dict[int, User]:
    facts = [version.pgh_context.metadata for version in versions if version.pgh_context]
    ids = {one.get(name) for one in facts for name in ("user", "acting_for")} - {None}
    return User.objects.in_bulk(ids) if ids else {}


def _differences(fields: Iterable[Any], before: Any, after: Any) -> tuple[FieldChange, ...]:
    """What differs between two versions. Of a new record: what was filled in; of a deleted one: what it held."""
    if after.pgh_label == "delete":
        before, after = after, None
    found = []
    for field in fields:
        if field.name in NOISE:
            continue
        old = getattr(before, field.attname, None) if before is not None else None
        new = getattr(after, field.attname, None) if after is not None else None
        if old != new and not (before is None and new == ""):
            found.append(FieldChange(field.name, old, new))
    return tuple(found)
