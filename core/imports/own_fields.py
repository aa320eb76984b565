"""The company's own fields in imports, by the names `own_<key>`."""

from __future__ import annotations

from typing import Any

from core.actors import Actor
from core.imports.fields import ImportField


def fields(model: Any, user: Actor) -> list[ImportField]:
    return []


def split(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parts the values of a row into those of columns and those of own fields (by key)."""
    own = {name.removeprefix("own_"): value for name, value in values.items() if name.startswith("own_")}
    return {name: value for name, value in values.items() if not name.startswith("own_")}, own
