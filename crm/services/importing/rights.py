"""Rights of an import: to make new records at all, and to change each of the known ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from core import policy
from core.actors import Actor
from core.errors import NotAllowed
from core.imports.profiles import Entry


def require_all(entries: Sequence[Entry], *, model: Any, create: str, change: str, by: Actor) -> None:
    """Raise NotAllowed unless the user may create (when there is something new) and change every known record."""
    if any(entry.record_id is None for entry in entries):
        policy.require(by, create)
    known = {entry.record_id for entry in entries if entry.record_id is not None}
    if known:
        policy.require(by, change)
        require_reach(known, model=model, change=change, by=by)


def require_reach(known: Collection[int], *, model: Any, change: str, by: Actor) -> None:
    reached = model.objects.filter(pk__in=known).filter(policy.reach_q(by, change, model)).count()
    if reached != len(known):
        raise NotAllowed(action=policy.known_actions()[change].label)


def require_field(entries: Sequence[Entry], name: str, action: str, by: Actor) -> None:
    """A guarded field needs its own right as soon as one row fills it."""
    if any(entry.values.get(name) is not None for entry in entries):
        policy.require(by, action)
