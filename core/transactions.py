"""How a service runs: one transaction, a known actor, and another try when PostgreSQL asks for it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from django.db import OperationalError, connection, transaction

from core.history import acting

if TYPE_CHECKING:
    from core.actors import Actor

P = ParamSpec("P")
R = TypeVar("R")

RETRIES = 3
SERIALIZATION_FAILURE = "40001"
DEADLOCK_DETECTED = "40P01"


def may_be_retried(error: OperationalError) -> bool:
    """True for the two refusals after which the same transaction may well succeed."""
    return getattr(error.__cause__, "pgcode", None) in {SERIALIZATION_FAILURE, DEADLOCK_DETECTED}


def retrying(function: Callable[P, R]) -> Callable[P, R]:
    """Call again, at most three times with jitter, after a deadlock or a serialisation failure.

    Only the outermost call can try again: inside somebody else's transaction the error goes up to him.
    """

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return function(*args, **kwargs)
        for attempt in range(RETRIES):
            try:
                return function(*args, **kwargs)
            except OperationalError as error:
                if not may_be_retried(error):
                    raise
                time.sleep(random.uniform(0.01, 0.05) * (attempt + 1))  # noqa: S311 - jitter, not a secret
        return function(*args, **kwargs)

    return wrapper


def command(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function a service: all of it happens or none, and the history knows who did it.

    Opens `transaction.atomic` (joining an outer one), names the actor of the `by` argument in the change
    history (an inner call keeps the actor of the outer one), and retries as `retrying` does.
    """

    @wraps(function)
    def body(*args: P.args, **kwargs: P.kwargs) -> R:
        by = cast("Actor | None", kwargs.get("by"))
        with transaction.atomic(), acting(by, service=function.__name__):
            return function(*args, **kwargs)

    service = retrying(body)
    service.is_command = True  # type: ignore[attr-defined]
    return service


def step(service: Callable[P, R]) -> Callable[P, R]:
    """A service as a step of another one: `step(draw_goods)(…)`, without a savepoint of its own.

    What it refuses must leave the other service, too, which takes all of it back. Who wants to catch a refusal and go
    on calls the service itself.
    """

    body: Callable[P, R] = service.__wrapped__.__wrapped__  # type: ignore[attr-defined]

    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        assert connection.in_atomic_block  # noqa: S101 - a caller's mistake
        return body(*args, **kwargs)

    return run
