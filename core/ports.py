"""Ports: how an app asks a question that only an app above it can answer.

The asking app declares the port with a safe default in its `ports.py`; the answering app connects itself in
`AppConfig.ready`. Arrows between apps keep pointing down.
"""

from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Port(Generic[P, R]):
    """A question with one answer. Calls the default until somebody answers."""

    def __init__(self, default: Callable[P, R]) -> None:
        self._default = default
        self._answer: Callable[P, R] | None = None
        self.__doc__ = default.__doc__

    def answered_by(self, function: Callable[P, R]) -> Callable[P, R]:
        """Connect the answer. A second, different answer is a programming error."""
        if self._answer is not None and self._answer is not function:
            raise RuntimeError(f"{self._default.__qualname__} is answered already")
        self._answer = function
        return function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return (self._answer or self._default)(*args, **kwargs)


class Chorus(Generic[P, R]):
    """A question that any number of apps above add their part to, in the order they joined."""

    def __init__(self, signature: Callable[P, R]) -> None:
        self._voices: list[Callable[P, R]] = []
        self.__doc__ = signature.__doc__

    def joined_by(self, function: Callable[P, R]) -> Callable[P, R]:
        if function not in self._voices:
            self._voices.append(function)
        return function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[R]:
        return [voice(*args, **kwargs) for voice in self._voices]


def _no_demo(_user: Any) -> bool:
    """May this user load the demo company now? Only an empty database of a developer says yes."""
    return False


def _load_nothing(_user: Any) -> str:
    """Begin to load the demo company; returns where its progress is shown."""
    return ""


demo_company_offer: Port[[Any], bool] = Port(_no_demo)
load_demo_company: Port[[Any], str] = Port(_load_nothing)
