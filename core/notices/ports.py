"""What the daily mail asks the apps above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise

from core.models import User
from core.ports import Chorus


@dataclass(frozen=True)
class Line:
    """One line of the daily mail; `url` is the path of its page, if it has one."""

    text: str | Promise
    url: str = ""
    remark: str | Promise = ""


@dataclass(frozen=True)
class Part:
    """A heading and its lines, the most pressing first; `more` says how many were left out."""

    title: str | Promise
    lines: Sequence[Line] = field(default_factory=list)
    more: int = 0


def _parts(user: User, on: date) -> list[Part]:
    """What a user should know on the morning of a day of his calendar; only what he may see."""
    return []


digest_parts: Chorus[[User, date], list[Part]] = Chorus(_parts)
