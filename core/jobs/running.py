"""What long work looks like from inside: a function per kind, and the handle it works with.

    @runs("crm.bulk_edit")
    def edit_many(job: Running) -> None:
        job.in_batches(job.params["ids"], partial(edit_some, by=job.by))
        job.finish({str(_("Changed")): len(job.params["ids"])})

The function may be called again after a crash, or when its turn was over: it goes on from `job.resume_from`, and
doing a step a second time must change nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from django.db import connection, transaction
from django.utils import timezone

from core.actors import SYSTEM, Actor
from core.jobs import files
from core.jobs.choices import JobState
from core.models import Job, JobFile

T = TypeVar("T")
Runner = Callable[["Running"], None]

LEASE = timedelta(seconds=120)
TURN_SECONDS = 600.0  # a job that takes longer goes on in a next turn, from its checkpoint
WRITE_EVERY = 0.5  # seconds between two writes of mere progress

_runners: dict[str, Runner] = {}


class Cancelled(Exception):
    """The user does not want it any more. Let it pass: what is committed stays, the rest is left undone."""


class TurnOver(Exception):
    """Enough for one turn; the job goes on from its checkpoint in the next. Let it pass."""


class JobLost(Exception):
    """Another worker has taken the job over. Let it pass, so that this one's open batch is rolled back."""


def runs(kind: str) -> Callable[[Runner], Runner]:
    """Name the function that does the jobs of a kind, such as `crm.bulk_edit`. A kind is named once."""

    def register(function: Runner) -> Runner:
        known = _runners.get(kind)
        if known is not None and (known.__module__, known.__qualname__) != (function.__module__, function.__qualname__):
            raise RuntimeError(f"{kind} is run by two functions")
        _runners[kind] = function
        return function

    return register


def runner_of(kind: str) -> Runner:
    """Raises LookupError for a kind that nobody runs."""
    if kind not in _runners:
        raise LookupError(f"nobody runs jobs of the kind {kind!r}")
    return _runners[kind]


def kinds() -> list[str]:
    return sorted(_runners)


def _depth() -> int:
    """How many transactions and savepoints are open on this connection."""
    return 1 + len(connection.savepoint_ids) if connection.in_atomic_block else 0


class Running:
    """A job while a worker does it. Everything it writes is refused once another worker has taken over."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.turn = job.attempts
        self.params: dict[str, Any] = job.params
        self.by: Actor = job.by or SYSTEM
        self.resume_from: Any = job.checkpoint
        self.done, self.note, self.total = job.done, job.note, job.steps
        self.summary: dict[str, Any] = job.summary
        self.url = job.url
        self.is_cancelled = self.is_lost = False  # told by the pulse, which looks while this thread works
        self.has_saved = False
        self._depth = _depth()
        self._began = time.monotonic()
        self._written = 0.0

    def advance(self, done: int | None = None, note: str | None = None, total: int | None = None) -> None:
        """Say how far it is: steps done so far (not since the last call), what happens now, how much there is.

        Written at once but at most twice a second; inside a transaction of yours only remembered, and shown by the
        pulse meanwhile. Raises Cancelled, JobLost, TurnOver: let them pass.
        """
        self._look_up()
        self._remember(done, note, total)
        is_due = note is not None or time.monotonic() - self._written >= WRITE_EVERY
        if is_due and _depth() == self._depth:
            self._write(**self.figures())

    def checkpoint(self, data: Any, done: int | None = None, note: str | None = None) -> None:
        """Keep where to go on (JSON, comes back as `resume_from`). Call it last in the transaction of a batch.

        The batch and its checkpoint are then stored together or not at all, and a worker that lost the job cannot
        commit its batch. Raises as `advance` does.
        """
        self._look_up()
        before = (self.done, self.note)
        self._remember(done, note, None)
        try:
            self._write(checkpoint=data, stumbles=0, **self.figures())
        except BaseException:
            self.done, self.note = before
            raise
        self.resume_from, self.has_saved = data, True

    def in_batches(self, items: Sequence[T], do: Callable[[Sequence[T]], Any], *, size: int = 200) -> None:
        """Call `do` with slices of `items`, each in its own transaction with its checkpoint; goes on where it was."""
        start = int(self.resume_from or 0)
        for first in range(start, len(items), size):
            self._look_up()
            with transaction.atomic():
                do(items[first : first + size])
                end = min(first + size, len(items))
                self.checkpoint(end, done=end)

    def keep_file(self, name: str, content: bytes | str | Path, content_type: str) -> JobFile:
        """Store a file for the one who asked, found again on the job's page for 30 days.

        `content` is the content, or the Path of a file to copy. The same name replaces the file of an earlier turn.
        Not inside a transaction: files do not roll back.
        """
        self._write()
        return files.keep(self.job, turn=self.turn, name=name, content=content, content_type=content_type)

    def finish(self, summary: dict[str, Any], url: str = "") -> None:
        """Say what came of it, in words of the user's language: `{"Changed": 210, "Left out": ["Bluehaven: closed"]}`.

        `url` is where to look at the result. The job is done when its function returns.
        """
        self.summary, self.url = summary, url

    def figures(self) -> dict[str, Any]:
        return {"done": self.done, "note": self.note, "steps": self.total}

    def _remember(self, done: int | None, note: str | None, total: int | None) -> None:
        self.done = self.done if done is None else done
        self.note = self.note if note is None else str(note)[:300]
        self.total = self.total if total is None else total

    def _look_up(self) -> None:
        if self.is_lost:
            raise JobLost
        if self.is_cancelled:
            raise Cancelled
        if self.has_saved and time.monotonic() - self._began > TURN_SECONDS:
            raise TurnOver

    def _write(self, **fields: Any) -> None:
        mine = Job.objects.filter(pk=self.job.pk, state=JobState.RUNNING, attempts=self.turn)
        self._written = time.monotonic()
        if mine.filter(cancel_asked_at=None).update(lease_until=timezone.now() + LEASE, **fields):
            return
        raise Cancelled if mine.exists() else JobLost
