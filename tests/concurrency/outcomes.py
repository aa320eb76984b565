"""What came of many attempts at once."""

from __future__ import annotations

from core import ledgers

ACTORS = 6


def oks(answers: list[tuple[str, object]]) -> int:
    return sum(answer[0] == "ok" for answer in answers)


def assert_ledgers_clean() -> None:
    assert ledgers.run_all() == []
