"""The company's own fields in the API: `own` objects, as far as the user may see and fill them."""

from __future__ import annotations

from typing import Any

from core.actors import Actor
from core.api.problems import Refusal
from core.customfields import kit, services
from core.customfields.errors import ValuesRefused
from core.customfields.fields import fields_now


def values(record: Any, user: Actor) -> dict[str, Any]:
    """The own fields of a record that the user may see, by key."""
    return kit.api_values(record, user)


def set_values(record: Any, sent: dict[str, Any], by: Actor, *, new: bool) -> None:
    """Store what was sent, in the running transaction. Raises Refusal with what is wrong by field."""
    if not sent and not fields_now(type(record)):
        return
    try:
        services.set_values(record=record, values=sent, by=by, new=new)
    except ValuesRefused as error:
        problems = {f"own.{key}": [str(text)] for key, text in error.problems.items()}
        raise Refusal(422, "invalid", str(error), errors=problems) from error
