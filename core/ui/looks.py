"""By what a written part of a page is known again, and what stays open in it; see the tag `remembered`."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# Marks what is filled in anew each time. No text of a user can contain it.
SECRET = secrets.token_hex(8)
MARKS = re.compile(f"@{SECRET}:([a-z_]+)@")


def mark(name: str) -> str:
    return f"@{SECRET}:{name}@"


@dataclass(frozen=True)
class Look:
    """`place` names the part, `state` says what it shows now: of each place only the newest state is kept.

    `holes` are the values, written already, that change from page to page: inside the part the template finds a mark
    under each name, which is replaced by the value. `stand_ins` are (text, hole) pairs: where the template wrote the
    text, what stands behind the last `=` of it becomes that hole.
    """

    place: tuple[Any, ...]
    state: tuple[Any, ...] = ()
    holes: Mapping[str, str] = field(default_factory=dict)
    stand_ins: Sequence[tuple[str, str]] = ()

    def opened(self, written: str) -> str:
        """A part as it was written, its stand-ins turned into marks."""
        for text, name in self.stand_ins:
            before, sign, _word = text.rpartition("=")
            written = written.replace(text, f"{before}{sign}{mark(name)}")
        return written
