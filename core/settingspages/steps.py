"""The steps by which an empty company gets ready to work. An app declares its own; each proves itself from data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from core import policy
from core.models import SkippedStep
from core.ui.shell import address


@dataclass(frozen=True)
class Step:
    """One step: `proof` tells in words what is there already, or nothing when the step is open.

    `url_name` is where it is done; `more` are other ways, as (label, address name, query).
    """

    code: str
    label: str | Promise
    help: str | Promise
    icon: str
    verb: str | Promise
    url_name: str
    action: str
    proof: Callable[[], str]
    order: int = 100
    query: str = ""
    more: tuple[tuple[str | Promise, str, str], ...] = ()


@dataclass(frozen=True)
class Standing:
    """A step as one person sees it. `state` is done, open or skipped."""

    step: Step
    state: str
    proof: str
    url: str
    more: tuple[tuple[str | Promise, str], ...] = ()
    is_next: bool = False


@dataclass(frozen=True)
class Summary:
    open: int
    done: int
    total: int
    url: str

    @property
    def share(self) -> int:
        return round(100 * self.done / self.total) if self.total else 100


_steps: dict[str, Step] = {}


def add(*steps: Step) -> None:
    """Declare steps; declaring one again changes nothing."""
    for step in steps:
        if _steps.get(step.code, step).url_name != step.url_name:
            raise RuntimeError(f"the step {step.code} is declared twice")
        _steps.setdefault(step.code, step)


def known(code: str) -> bool:
    return code in _steps


def standings(user: Any) -> list[Standing]:
    """The steps this person may do, in their order, the first open one marked: one statement each."""
    skipped = set(SkippedStep.objects.values_list("code", flat=True))
    found: list[Standing] = []
    for step in sorted(_steps.values(), key=lambda one: one.order):
        url = address(step.url_name)
        if not url or not policy.allows(user, step.action):
            continue
        proof = step.proof()
        state = "done" if proof else "skipped" if step.code in skipped else "open"
        is_next = state == "open" and not any(one.is_next for one in found)
        ways = tuple((label, address(name) + query) for label, name, query in step.more if address(name))
        found.append(Standing(step, state, proof, url + step.query, ways, is_next))
    return found


def summary(user: Any) -> Summary | None:
    """How far the first set-up is, for who leads it; None for everybody else."""
    if not policy.allows(user, "core.manage_organization"):
        return None
    found = standings(user)
    states = [one.state for one in found]
    return Summary(states.count("open"), states.count("done"), len(found), address("core:setup"))


def counted(number: int, words: Callable[[int], str]) -> str:
    """The proof of a step that counts rows: words for a number above zero, nothing for none."""
    return words(number) if number else ""
