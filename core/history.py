"""Change history of editable records, written by database triggers with the actor of the moment.

`@tracked` keeps every row version with who did it (`pgh_context.metadata["user"]`) and in which service.
Ledgers are append-only and need no second history. Triggers run once per statement, so set-wise posting
stays one statement plus one. History is looked up by the record it is of and by its context; its other references
have no index (`PGHISTORY_FOREIGN_KEY_FIELD`), which each change of a record would have to keep up to date for nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import pghistory
import pgtrigger
from django.db import models

from core.actors import Actor

M = TypeVar("M", bound=models.Model)

_named: ContextVar[bool] = ContextVar("history_actor_is_named", default=False)


@contextmanager
def acting(by: Actor | None, **facts: Any) -> Iterator[None]:
    """Name who changes records in this block, and in what (`service=…`, `handler=…`).

    The outermost block names both: what a user started stays his, also where an inner service runs as the
    system. Somebody who works in another's name is named himself, with the other in `acting_for`. Inside a web
    request the system does not wipe out the signed-in user either, because all blocks of a request write into one
    context.
    """
    if _named.get():
        yield
        return
    real = getattr(by, "acting_by", None)
    if real is not None:
        facts = {**facts, "acting_for": getattr(by, "pk", None)}
    user = getattr(real or by, "pk", None)
    token = _named.set(True)
    try:
        with pghistory.context(**facts, **({} if user is None else {"user": user})):
            yield
    finally:
        _named.reset(token)


def tracked(model: type[M]) -> type[M]:
    """Class decorator: keep the history of an editable model."""
    return tracked_without()(model)


def tracked_without(*fields: str, **options: Any) -> Callable[[type[M]], type[M]]:
    """Like `tracked`, but some columns never reach the history: secrets, and what changes at each sign-in."""

    def decorate(model: type[M]) -> type[M]:
        # Trackers remember the model they were given to, so each model gets its own.
        return pghistory.track(
            pghistory.InsertEvent(level=pgtrigger.Statement),
            pghistory.UpdateEvent(level=pgtrigger.Statement),
            pghistory.DeleteEvent(level=pgtrigger.Statement),
            exclude=list(fields) or None,
            **options,
        )(model)

    return decorate
