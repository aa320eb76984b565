"""Reading jobs for the one who looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from core import policy
from core.actors import Actor
from core.choices import Reach
from core.jobs.choices import OPEN, JobState
from core.models import Job
from core.prepared import prepared

SHOWN_LINES = 50
MOST = 100


@dataclass(frozen=True)
class Finding:
    """A list in a summary: the first lines, and how many more there are."""

    label: str
    lines: Sequence[str]
    more: int


def jobs_visible_to(user: Actor) -> QuerySet[Job]:
    """The own jobs; administrators see everybody's."""
    return Job.objects.visible_to(user, "core.view_job").select_related("by")


def sees_all(user: Any) -> bool:
    """Does the user see more than his own jobs?"""
    grants = policy.grants_of(user).get("core.view_job", [])
    return bool(user.is_superuser or any(grant.reach > Reach.OWN for grant in grants))


def under_way(user: Actor) -> int:
    """How many of the user's own jobs wait or run, at most MOST (one statement)."""
    return len(_under_way([user.pk], user))


@prepared
def _under_way(users: Any, _user: Any) -> QuerySet[Any, Any]:
    return Job.objects.filter(by__in=users, state__in=OPEN).values_list("pk")[:MOST]


def by_state(jobs: QuerySet[Job], wanted: str) -> QuerySet[Job]:
    """Narrow to `open`, `done` or `failed`; any other word narrows nothing."""
    states = {"open": OPEN, "done": [JobState.DONE], "failed": [JobState.FAILED, JobState.CANCELLED]}.get(wanted)
    return jobs.filter(state__in=states) if states else jobs


def facts_of(job: Job) -> list[tuple[str, Any]]:
    """The plain values of a job's summary."""
    return [(label, value) for label, value in job.summary.items() if not isinstance(value, list)]


def findings_of(job: Job) -> list[Finding]:
    """The lists of a job's summary, such as rows left out and why."""
    return [
        Finding(label, [_line(line) for line in value[:SHOWN_LINES]], max(0, len(value) - SHOWN_LINES))
        for label, value in job.summary.items()
        if isinstance(value, list) and value
    ]


def _line(line: Any) -> str:
    return ": ".join(str(part) for part in line) if isinstance(line, list) else str(line)
