"""What a work is made of: units that somebody does in a browser, and the line of the table they belong to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Protocol

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')


@dataclass(frozen=True)
class Answer:
    status: int
    text: str


class Browser(Protocol):
    """Somebody signed in, who asks for pages: over the network or inside this process."""

    def get(self, path: str) -> Answer: ...

    def post(self, path: str, data: dict[str, str]) -> Answer: ...

    def post_part(self, path: str, data: dict[str, str]) -> Answer:
        """As the page's script sends a form, for the parts that change."""
        ...


class WrongAnswer(Exception):
    """A page did not say what it should: its time means nothing."""


def expect(answer: Answer, *words: str, status: int = 200) -> Answer:
    missing = [word for word in words if word not in answer.text]
    if answer.status != status or missing:
        raise WrongAnswer(f"{answer.status} instead of {status}, without {missing}: {answer.text[:300]}")
    return answer


@dataclass(frozen=True)
class Unit:
    """One piece of a work, the same wherever it is done: some keys and words, no objects."""

    path: str
    words: tuple[str, ...] = ()
    number: int = 0
    data: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Work:
    """One line of the table of goals; times in ms, medians with one user.

    `grows` with the set, because it counts all there is; `is_of_set_s` says that its goal stands for that size alone.
    """

    code: str
    title: str
    must: float
    aim: float
    units: Callable[[int, Random], Iterator[Unit]]
    do: Callable[[Browser, Unit], None]
    grows: bool = False
    is_of_set_s: bool = False


def show(browser: Browser, unit: Unit) -> None:
    expect(browser.get(unit.path), *unit.words)


def hidden_fields(html: str) -> dict[str, str]:
    """What a form sends along unseen, as it came."""
    tags = [dict(ATTRIBUTE.findall(tag)) for tag in HIDDEN.findall(html)]
    return {found["name"]: found.get("value", "") for found in tags}
