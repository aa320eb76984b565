"""What the kit asks about own fields: columns, filters, form fields and values of a model."""

from __future__ import annotations

from typing import Any

from core.actors import Actor


def columns(model: Any, user: Actor) -> list[Any]:
    """A list column per own field the user may see."""
    return []


def filters(model: Any, user: Actor) -> dict[str, Any]:
    """A django-filter filter per own field the user may see, by parameter name `own_<key>`."""
    return {}


def form_fields(model: Any, user: Actor, record: Any = None) -> dict[str, Any]:
    """A form field per own field the user may fill, by name `own_<key>`, with the record's values as initial."""
    return {}


def values_from(model: Any, cleaned: dict[str, Any]) -> dict[str, Any]:
    """The plain values (JSON) of `own_<key>` entries of a form's cleaned data, by key."""
    return {}


def facts(record: Any, user: Actor) -> list[tuple[Any, Any]]:
    """Label and shown value of each own field of a record, for its card."""
    return []
