"""Propose the lines that authz.toml misses: `python -m tests.authz.write`. A person checks each before it goes in.

What is printed follows from what the code declares (a view's action, a register's actions) and the starting grants
of the roles. The matrix is there to question just that, so compare it with what the roles are for.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import django

NAMES = {1: "own", 2: "team", 3: "branch", 4: "all"}


def roles_of(action: str | None) -> str:
    """The starting grants of an action in the form of a line; without one, every signed-in person."""
    from core import policy

    if action is None:
        return "*"
    known = policy.known_actions().get(action)
    if known is None:
        return "administrator"
    reaches = {**{role: int(reach) for role, reach in known.roles.items()}, "administrator": 4}
    words = [
        role if reaches[role] == 4 else f"{role}:{NAMES[reaches[role]]}" for role in policy.ROLES if reaches.get(role)
    ]
    return "*" if len(words) == len(policy.ROLES) and not any(":" in word for word in words) else " ".join(words)


def page_lines() -> Iterator[str]:
    from tests.authz import routes, rules
    from tests.authz.test_complete import is_of_register

    known = {*rules.said()["pages"], *rules.open_pages()}
    for route in routes.pages():
        if route.name in known or is_of_register(route):
            continue
        if hasattr(route.view_class, "why_open"):
            yield f'"{route.name}" = "{route.view_class.why_open}"  # under [open]'
        else:
            yield f'"{route.name}" = "{roles_of(getattr(route.view_class, "action", None))}"'


def register_lines() -> Iterator[str]:
    from core.ui import registers
    from tests.authz import routes, rules

    with_pages = {route.register.key for route in routes.pages() if route.register is not None}
    for register in registers.everything():
        if register.key in rules.said()["register"] or register.key not in with_pages:
            continue
        yield f'\n[register."{register.key}"]'
        for word in ("view", "create", "change", "bin"):
            action = getattr(register, f"{word}_action")
            if action:
                yield f'{word} = "{roles_of(action)}"'
        yield f'export = "{_both(register.view_action, "core.export_rows")}"'


def _both(*actions: str) -> str:
    """The roles that hold all of these rights, however far."""
    from core import policy

    held = [set(policy.known_actions()[action].roles) | {"administrator"} for action in actions]
    return " ".join(role for role in policy.ROLES if all(role in one for one in held))


def admin_lines() -> Iterator[str]:
    from django.contrib import admin

    from core.backends import view_action
    from core.policy import known_actions
    from tests.authz import rules

    for model in sorted(admin.site._registry, key=lambda model: model._meta.label_lower):
        label = model._meta.label_lower
        if label not in rules.said()["admin"]:
            action = view_action(model)
            yield f'"{label}" = "{roles_of(action if action in known_actions() else "core.edit_master_data")}"'


def api_lines() -> Iterator[str]:
    from tests.authz import rules
    from tests.authz.test_api import RESOURCES

    for path, resource in RESOURCES.items():
        if path not in rules.said()["api"]:
            yield f'"{path}" = "{roles_of(resource.action)}"'


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    parts: dict[str, Any] = {"[pages]": page_lines, "": register_lines, "[admin]": admin_lines, "[api]": api_lines}
    for title, lines in parts.items():
        found = list(lines())
        if found:
            sys.stdout.write("\n".join([title, *found, ""]) + "\n")


if __name__ == "__main__":
    main()
