"""Where a found record is looked at: on its card, or, while it has none, in the administration."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from core.actors import Actor
from core.search.kinds import Searched
from core.ui import registers
from core.ui.registers import Register


def register_of(kind: Searched) -> Register | None:
    """The register with the kind's key, or one whose records the kind finds under another name."""
    known = registers.everything()
    exact = next((register for register in known if register.key == kind.key), None)
    return exact or next((register for register in known if register.model is kind.model), None)


def address(kind: Searched, record_id: int) -> str:
    """The page of a record; empty when there is none."""
    register = register_of(kind)
    if register is not None:
        found = reverse_or_nothing(f"{register.app}:{register.name}_card", record_id)
        if found:
            return found
    meta = kind.model._meta
    return reverse_or_nothing(f"admin:{meta.app_label}_{meta.model_name}_change", record_id)


def may_open(user: Actor, kind: Searched) -> bool:
    """Is there a page on which this user could look at such a record?"""
    register = register_of(kind)
    if register is not None and reverse_or_nothing(f"{register.app}:{register.name}_card", 1):
        return True
    return bool(getattr(user, "is_staff", False)) and admin.site.is_registered(kind.model)


def reverse_or_nothing(name: str, *args: Any, query: dict[str, Any] | None = None) -> str:
    """The address of a page; empty when there is no such page."""
    try:
        return reverse(name, args=args, query=query)
    except NoReverseMatch:
        return ""
