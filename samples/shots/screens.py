"""Which screens are photographed: a name, the role that looks, and how its address is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.urls import reverse


@dataclass(frozen=True)
class Screen:
    """One picture. `address` gets the user and gives the path, or None where the demo holds nothing to show.

    `mock` names the mock-up it is compared with. `act` may do something on the page before the picture is taken, as
    opening a menu; `role` "" looks without a sign-in.
    """

    name: str
    role: str
    address: Callable[[Any], str | None]
    mock: str = ""
    act: Callable[[Any], None] | None = None


def at(url_name: str, query: str = "") -> Callable[[Any], str]:
    """An address without arguments."""
    return lambda _user: reverse(url_name) + query


def of(url_name: str, find: Callable[[Any], Any], query: str = "") -> Callable[[Any], str | None]:
    """The address of the record that `find(user)` gives."""

    def address(user: Any) -> str | None:
        record = find(user)
        return reverse(url_name, args=[record.pk]) + query if record else None

    return address


def everything() -> list[Screen]:
    """The screens of all modules beside this one that have a list SCREENS."""
    package = import_module("samples.shots")
    names = sorted(module.name for module in iter_modules(package.__path__))
    modules = [import_module(f"samples.shots.{name}") for name in names]
    return [screen for module in modules for screen in getattr(module, "SCREENS", ())]
