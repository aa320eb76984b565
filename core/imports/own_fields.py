"""The company's own fields in imports, by the names `own_<key>`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.actors import Actor
from core.choices import FieldKind
from core.customfields.fields import filled
from core.customfields.values import clean_value, places_of
from core.errors import InvalidValue
from core.imports.fields import CellError, ImportField, Kind
from core.models import CustomValues

PREFIX = "own_"
KINDS: dict[str, Kind] = {FieldKind.NUMBER: Kind.DECIMAL, FieldKind.MONEY: Kind.DECIMAL, FieldKind.DATE: Kind.DATE}


def fields(model: Any, user: Actor) -> list[ImportField]:
    """A field per own field that the user may fill; its value is cleaned as everywhere else."""
    if not issubclass(model, CustomValues):
        return []
    return [
        ImportField(
            f"{PREFIX}{own.key}",
            own.label,
            KINDS.get(own.kind, Kind.OWN),
            places=places_of(own) if own.kind in (FieldKind.NUMBER, FieldKind.MONEY) else 4,
            finish=_cleaner(own),
        )
        for own in filled(model, user)
    ]


def _cleaner(own: Any) -> Callable[[Any], Any]:
    def clean(value: Any) -> Any:
        try:
            return clean_value(own, value)
        except InvalidValue as error:
            raise CellError(str(error.params["problem"])) from error

    return clean


def split(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parts the values of a row into those of columns and those of own fields (by key)."""
    own = {name[len(PREFIX) :]: value for name, value in values.items() if name[:4] == PREFIX}
    return (values if not own else {name: value for name, value in values.items() if name[:4] != PREFIX}), own
