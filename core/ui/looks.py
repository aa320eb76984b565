"""By what a written part of a page is known again, and what stays open in it; see the tag `remembered`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Look:
    """`place` names the part, `state` says what it shows now: of each place only the newest state is kept.

    `holes` are the values, written already, that change from page to page: inside the part the template finds a mark
    under each name, which is replaced by the value.
    """

    place: tuple[Any, ...]
    state: tuple[Any, ...] = ()
    holes: Mapping[str, str] = field(default_factory=dict)
