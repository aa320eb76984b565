"""Which truth is answered by what. An answer has the shape of the truth and never reads the files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Answer = Callable[[], Any]


class NotLoaded(LookupError):
    """The data set a truth is about is not in this database."""


@dataclass(frozen=True)
class Answerer:
    """`without` names fields of the truth's rows that the product does not keep: the source's own numbers."""

    answer: Answer
    without: tuple[str, ...] = ()


_answerers: dict[str, Answerer] = {}


def answers(truth_id: str, *, without: tuple[str, ...] = ()) -> Callable[[Answer], Answer]:
    """Register the function that answers a truth; each truth has one."""

    def register(function: Answer) -> Answer:
        if truth_id in _answerers:
            raise RuntimeError(f"{truth_id} is answered twice")
        _answerers[truth_id] = Answerer(function, without)
        return function

    return register


def answerer_of(truth_id: str) -> Answerer | None:
    return _answerers.get(truth_id)
