"""Records of any kind that a new record is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.actors import Actor
from core.api import resources
from core.api.problems import Refusal
from core.api.types import Id, Input, Short


class About(Input):
    """Another record, by the path of its resource and its id."""

    resource: Short
    id: Id


def records_of(about: Sequence[About] | None, user: Actor, *, member: str = "about") -> list[Any]:
    """The records named, one statement each. Raises Refusal for one that the user may not know of."""
    found = []
    for position, each in enumerate(about or ()):
        try:
            rows = resources.by_path(each.resource).rows_for(user)
        except LookupError:
            raise Refusal.of_field(f"{member}.{position}.resource", "there is no such resource") from None
        record = rows.filter(pk=each.id).first()
        if record is None:
            raise Refusal.of_field(f"{member}.{position}.id", "there is no such record")
        found.append(record)
    return found
