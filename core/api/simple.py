"""A resource of the API made from a register: the same records, rights and services as on the screens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.db import models
from pydantic import StringConstraints, create_model

from core.api.filters import plain
from core.api.resources import Call, Change, Create, Resource, add
from core.api.types import Day, Flag, Id, Input, Moment, OwnValues, Ref, Text, Whole, decimal_type, optional
from core.models import CustomValues
from core.ui import registers
from core.ui.registers import Register


def resource_of(
    register: type[Register], *names: str, required: Sequence[str] = (), filters: Sequence[str] = ()
) -> None:
    """Show these columns at `/api/v1/<plural>/` and let callers fill them, through the register's own services."""
    made = registers.by_key(register().key)
    columns = [made.model._meta.get_field(name) for name in names]
    members: dict[str, Any] = {_name(column): _member(column, column.name in required) for column in columns}
    if issubclass(made.model, CustomValues):
        members["own"] = (OwnValues | None, None)
    schema = create_model(f"{made.name.title()}In", __base__=Input, **members)

    def create(call: Call) -> Any:
        return made.create(values=call.values(), by=call.user)

    def change(call: Call) -> Any:
        return made.change(record=call.record, changes=call.values(), version=call.version, by=call.user)

    add(
        Resource(
            path=made.plural,
            model=made.model,
            doc=str(type(made).__doc__ or made.label_plural),
            fields=tuple(_name(column) for column in columns),
            view_action=made.view_action,
            filters=plain(*filters),
            sorts=tuple(name for name in names if not made.model._meta.get_field(name).is_relation),
            searched=True,
            create=Create(schema, create) if made.create_action else None,
            change=Change(optional(f"{made.name.title()}Change", schema), change),
        )
    )


def _name(column: Any) -> str:
    return str(column.attname if column.is_relation else column.name)


def _member(column: Any, required: bool) -> tuple[Any, Any]:
    kind = _type(column)
    if required:
        return kind, ...
    empty = column.get_default() if column.has_default() else None if column.null else ""
    return (kind | None if empty is None else kind), empty


def _type(column: Any) -> Any:
    if column.is_relation:
        return Annotated[Id, Ref(column.related_model._meta.label)]
    if isinstance(column, models.BooleanField):
        return Flag
    if isinstance(column, models.DecimalField):
        return decimal_type(column.max_digits, column.decimal_places)
    if isinstance(column, models.IntegerField):
        return Whole
    if isinstance(column, models.DateTimeField):
        return Moment
    if isinstance(column, models.DateField):
        return Day
    if column.choices:
        return Literal.__getitem__(tuple(code for code, _words in column.flatchoices))
    return Annotated[str, StringConstraints(max_length=column.max_length)] if column.max_length else Text
