"""Runs the steps of a story and collects their figures."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from typing import Any, ParamSpec, TypeVar

from core.errors import DomainError
from samples.story import world as worlds
from samples.story.fingerprint import fingerprint

P = ParamSpec("P")
R = TypeVar("R")

Figures = dict[str, Any]


class ChangedTwice(AssertionError):
    """A command that was issued a second time changed something."""


@dataclass
class StepResult:
    """One step with its actual figures, as texts, and the expected ones where the fixture names them."""

    number: str
    title: str
    actual: dict[str, str]
    expected: dict[str, str]

    @property
    def differences(self) -> dict[str, tuple[str, str]]:
        return {
            name: (wanted, self.actual.get(name, "missing"))
            for name, wanted in self.expected.items()
            if self.actual.get(name) != wanted
        }


@dataclass
class Run:
    """One telling of the story: the fixture, the world built from it, and what the steps leave for each other."""

    fixture: dict[str, Any]
    twice: bool = False
    world: worlds.World = field(init=False)
    memory: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.world = worlds.build(self.fixture)

    @property
    def inputs(self) -> dict[str, Any]:
        return self.fixture["story"]

    def user(self, role: str) -> Any:
        return self.world.users[role]

    def item_id(self, sku: str) -> int:
        return self.world.items[sku].pk

    def do(self, service: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call a service; in a "twice" run call it again and insist that nothing moved.

        The second call may answer with the first result or refuse with a domain error, but no row may change.
        """
        result = service(*args, **kwargs)
        if self.twice:
            before = fingerprint()
            with suppress(DomainError):
                service(*args, **kwargs)
            after = fingerprint()
            if before != after:
                changed = {name: (before.get(name), after[name]) for name in after if before.get(name) != after[name]}
                raise ChangedTwice(f"{service.__name__} changed {changed} when issued twice")
        return result

    def refused(self, service: Callable[..., Any], **kwargs: Any) -> str:
        """The code of the refusal that a service must answer with; "done" when it did not refuse."""
        try:
            service(**kwargs)
        except DomainError as error:
            return error.code
        return "done"


Step = Callable[[Run], Figures]
CHAPTERS = ("selling", "making", "delivering", "settling", "closing")
_steps: list[tuple[str, str, Step]] = []


def step(number: str, title: str) -> Callable[[Step], Step]:
    """Add a function to the story, in the order of definition."""

    def register(function: Step) -> Step:
        _steps.append((number, title, function))
        return function

    return register


def text(value: Any) -> str:
    """A figure as the expected values write it: amounts as they are stored, days in ISO form."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def plain(value: Decimal) -> str:
    """A quantity without idle zeros."""
    return format(value.normalize(), "f")


def steps() -> list[tuple[str, str, Step]]:
    """Number, title and function of each step, in the order in which they are told."""
    for chapter in CHAPTERS:  # each adds its steps when it is loaded
        import_module(f"samples.story.{chapter}")
    return sorted(_steps, key=lambda one: CHAPTERS.index(one[2].__module__.rpartition(".")[2]))


def tell(fixture: dict[str, Any], *, twice: bool = False) -> tuple[Run, list[StepResult]]:
    """Run all steps in an empty database (with migrations) and return their figures.

    A step that the domain refuses ends the story; its only figure is the refusal.
    """
    run = Run(fixture, twice=twice)
    expected = fixture.get("expected", {})
    results = []
    for number, title, function in steps():
        try:
            figures = {name: text(value) for name, value in function(run).items()}
        except DomainError as refused:
            figures = {"refused": f"{refused.code}: {refused}"}
        results.append(StepResult(number, title, figures, expected.get(number, {})))
        if "refused" in figures:  # the later steps would stand on nothing
            break
    return run, results
