"""What `check_ledgers` runs: every app registers the checks of its own invariants in `ledgers.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One broken promise: which invariant (I1 … I9), which check, where, and both values in words."""

    invariant: str
    check: str
    place: str
    problem: str


Check = Callable[[], Iterable[Finding]]
_checks: dict[str, tuple[str, Check]] = {}


def checks(invariant: str, name: str) -> Callable[[Check], Check]:
    """Register a check under an invariant of RELIABILITY section 3; names are unique."""

    def register(check: Check) -> Check:
        _invariant, known = _checks.get(name, (invariant, check))
        if known.__module__ != check.__module__ or known.__qualname__ != check.__qualname__:
            raise RuntimeError(f"a check {name!r} exists already")
        _checks[name] = (invariant, check)
        return check

    return register


def registered() -> dict[str, tuple[str, Check]]:
    return dict(sorted(_checks.items(), key=lambda item: (item[1][0], item[0])))


def run_all() -> list[Finding]:
    """Run every check; reports and never repairs."""
    return [finding for _invariant, check in registered().values() for finding in check()]
