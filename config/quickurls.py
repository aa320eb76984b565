"""The names of all addresses learnt in a third of the time Django takes: a start waits for it, and so does whoever is
the first of a process to read in another language.

Django compiles the pattern of every address, though most are never asked for in the life of a process, and looks at
each pattern again sign by sign wherever it is included. Nearly all are texts with named parts between them.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import Any

from django.urls import resolvers
from django.utils.regex_helper import normalize

Forms = list[tuple[str, list[str]]]
# A piece of a pattern whose text for an address is plain to see; anything else is left to Django.
PIECE = re.compile(
    r"(?P<text>[^\\^$.|?*+()\[\]{}%]+)"
    r"|\\(?P<escaped>[^0-9A-Za-z%])"
    r"|\(\?P<(?P<name>\w+)>[^()\\|]*\)"
    r"|(?P<nothing>\^|\\Z)"
)


@lru_cache(maxsize=16_384)
def forms_of(pattern: str) -> Forms:
    """What Django's `normalize` answers: the texts an address may have, with the names of what is filled in."""
    text, names, at = [], [], 0
    while at < len(pattern):
        piece = PIECE.match(pattern, at)
        if piece is None:
            return normalize(pattern)  # type: ignore[no-any-return]
        if piece["name"]:
            names.append(piece["name"])
            text.append(f"%({piece['name']})s")
        else:
            text.append(piece["text"] or piece["escaped"] or "")
        at = piece.end()
    return [("".join(text), names)]


class Regex:
    """A pattern that is compiled when an address is held against it."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    def search(self, text: str) -> re.Match[str] | None:
        return self.compiled.search(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.compiled, name)


class RouteRegex(resolvers.LocaleRegexRouteDescriptor):
    """The pattern of a route; one that is told in the reader's language is left to Django."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None or not isinstance(instance._route, str):
            return super().__get__(instance, cls)
        made = instance.__dict__["regex"] = Regex(instance._regex)
        return made


def install() -> None:
    """Before the addresses are read."""
    resolvers.normalize = forms_of  # type: ignore[attr-defined]
    resolvers.RoutePattern.regex = RouteRegex()  # type: ignore[assignment]
