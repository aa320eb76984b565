"""Every address of the product, read from the URL resolver."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("GET", "POST")


@dataclass(frozen=True)
class Route:
    """One pattern: its name with namespace (or, without one, the pattern itself), and who answers it."""

    name: str
    pattern: str
    view: Callable[..., Any]

    @property
    def view_class(self) -> Any:
        return getattr(self.view, "view_class", None)

    @property
    def methods(self) -> tuple[str, ...]:
        """GET and POST, as far as the class answers them; a plain function is asked with both."""
        if self.view_class is None:
            return METHODS
        answered = getattr(self.view_class, "http_method_names", [method.lower() for method in METHODS])
        return tuple(
            method for method in METHODS if hasattr(self.view_class, method.lower()) and method.lower() in answered
        )

    @property
    def register(self) -> Any:
        """The register whose page this is, when the kit made it."""
        found = getattr(self.view, "view_initkwargs", {}).get("register")
        # An abstract class has a `register` of another meaning, from the class of its class.
        own = (vars(kind) for kind in getattr(self.view_class, "__mro__", ()))
        return found or next((names["register"] for names in own if "register" in names), None)

    @property
    def register_page(self) -> str:
        """`list`, `card`, … for a page that the kit makes for each register."""
        return self.name.rpartition("_")[2] if self.register is not None else ""


def _walk(patterns: list[Any], namespace: str = "", prefix: str = "") -> Iterator[Route]:
    for entry in patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, inner, pattern)
        elif isinstance(entry, URLPattern):
            yield Route(namespace + entry.name if entry.name else f"/{pattern}", f"/{pattern}", entry.callback)


@cache
def everything() -> list[Route]:
    return list(_walk(get_resolver().url_patterns))


def shadowed() -> set[str]:
    """Names of library pages that an address of ours answers first (`config.accounts.closed`)."""
    plain = [route for route in everything() if route.name.startswith("/accounts/")]
    first = {_shape(route.pattern) for route in plain}
    return {route.name for route in everything() if route.name[0] != "/" and _shape(route.pattern) in first}


def _shape(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>[^)]*\)|<[^>]+>", "*", pattern).replace("^", "").replace("$", "")


def pages() -> list[Route]:
    """What `[pages]`, `[open]` and `[register]` speak of: all but the administration and the calls of the API."""
    left_out = shadowed()
    return [
        route
        for route in everything()
        if not route.name.startswith("admin:")
        and not route.pattern.startswith("/admin/")
        and (not route.pattern.startswith("/api/") or route.view_class is not None)
        and route.name not in left_out
    ]
