"""What administrators set up for everybody, own fields and switches, at the price of one small statement a request.

The database gives the setup a new stamp with every change. A request reads the stamp once; as long as it is the one
this process knows, nothing else is read.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

if TYPE_CHECKING:
    from core.models import CustomField

# Seconds after which a process that serves no requests and runs no tasks looks again.
LONGEST = 60.0


@dataclass(frozen=True)
class Setup:
    """`off` are the codes of switches that are off; `fields` the own fields of each kind of record, in their order.

    `brand` is the colour of the company (`0e6073`), empty for the product's own.
    """

    off: frozenset[str] = frozenset()
    fields: Mapping[str, tuple[CustomField, ...]] = field(default_factory=dict)
    brand: str = ""


_known: tuple[UUID | None, Setup] = (None, Setup())
# What pages keep for each user while the stamp stays the same: his rights, his views, parts of pages.
_memories: dict[int, dict[Any, Any]] = {}
MOST_MEMORIES = 500
_now: ContextVar[tuple[float, Setup] | None] = ContextVar("setup_of_this_request", default=None)


def current() -> Setup:
    """The setup as this request (or task) met it first."""
    held = _now.get()
    if held is not None and time.monotonic() - held[0] < LONGEST:
        return held[1]
    return fresh()


def fresh() -> Setup:
    """The setup as the database has it at this moment, seen from the caller's transaction."""
    return _settle(_stamp())


def met(stamp: UUID | None) -> None:
    """Another statement of this request has read the stamp along: it is not asked for again."""
    if _now.get() is None:
        _settle(stamp)


def _settle(stamp: UUID | None) -> Setup:
    global _known
    known_stamp, setup = _known
    if stamp is None:
        setup = Setup()
    elif stamp != known_stamp:
        _memories.clear()
        setup = _read()
        _known = (stamp, setup)
    assume(setup)
    return setup


def memory_of(user_id: int) -> dict[Any, Any]:
    """A place to keep what follows from the setup for one user, shared by the requests of this process.

    It is empty again after any change of the setup. Whoever puts something in does not change it afterwards, because
    other requests read it at the same moment. Without a stamp nothing is shared.
    """
    current()
    if _known[0] is None:
        return {}
    if len(_memories) >= MOST_MEMORIES:
        _memories.clear()
    return _memories.setdefault(user_id, {})


def assume(setup: Setup) -> None:
    """Take a setup for the rest of this request without asking the database."""
    _now.set((time.monotonic(), setup))


def forget(**_kwargs: Any) -> None:
    """Read the stamp again at the next question. Called when a request or a task begins, and after each change."""
    _now.set(None)


def _stamp() -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT stamp FROM core_setupstamp WHERE id = 1")
        row = cursor.fetchone()
    return row[0] if row else None


def _read() -> Setup:
    from core.models import CustomField, Look, SwitchedOff

    fields: dict[str, list[CustomField]] = defaultdict(list)
    for own in CustomField.objects.order_by("model", "position", "pk"):
        fields[own.model].append(own)
    off = frozenset(SwitchedOff.objects.values_list("code", flat=True))
    looks = Look.objects.filter(organization__is_active=True).exclude(brand="").order_by("organization")
    colour = looks.values_list("brand", flat=True).first() or ""
    return Setup(off, {model: tuple(found) for model, found in fields.items()}, colour.lstrip("#"))
