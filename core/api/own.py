"""The company's own fields in the API: `own` objects, as far as the user may see and fill them."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from core.actors import Actor
from core.customfields import kit


class Reader:
    """Reads own fields of many records of a model for one user."""

    def __init__(self, model: type[Model], user: Actor) -> None:
        self.user = user
        self.read = getattr(kit, "api_values", None)

    def values(self, record: Any) -> dict[str, Any]:
        return self.read(record, self.user) if self.read else {}


def set_values(record: Any, values: dict[str, Any], by: Actor) -> None:
    """Store what was sent for own fields, in the running transaction. Raises InvalidValue by field."""
    getattr(kit, "set_values", lambda **_: None)(record=record, values=values, by=by)
