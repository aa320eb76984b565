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
from django.utils.translation import get_language

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


_resolved = resolvers.URLResolver.resolve


def resolve(self: resolvers.URLResolver, path: Any) -> resolvers.ResolverMatch:
    """What an address means: looked up among hundreds of patterns once, and then known, of the last that were asked."""
    if not isinstance(self.pattern, resolvers.RegexPattern) or str(self.pattern) != "^/":
        return _resolved(self, path)  # a part of them, which gets the rest of an address
    known = _known(self, str(path), get_language())
    match = resolvers.ResolverMatch.__new__(resolvers.ResolverMatch)
    match.__dict__.update(known.__dict__, kwargs=dict(known.kwargs))
    return match


@lru_cache(maxsize=1024)
def _known(resolver: resolvers.URLResolver, path: str, _language: str | None) -> resolvers.ResolverMatch:
    match = _resolved(resolver, path)
    match.tried = []  # long, and only of use where nothing was found
    return match


def install() -> None:
    """Before the addresses are read."""
    resolvers.normalize = forms_of  # type: ignore[attr-defined]
    resolvers.RoutePattern.regex = RouteRegex()  # type: ignore[assignment]
    resolvers.URLResolver.resolve = resolve  # type: ignore[method-assign]
