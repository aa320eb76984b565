"""What a record shows: an explicit list of names, typed after the model, written as plain JSON values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from ninja import Schema
from pydantic import Field, WithJsonSchema, create_model

from core.api.types import decimal_pattern

STAMPS = ("uuid", "version", "created_at", "updated_at", "external_key")
DAY = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
MOMENT = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
AMOUNT = Annotated[str, WithJsonSchema({"type": "string", "pattern": decimal_pattern(18, 6, signed=True)})]


@dataclass(frozen=True)
class Computed:
    """A value that is no column: `value` reads it from the record, `type` says what it is in the document."""

    name: str
    type: Any
    value: Callable[[Any], Any]
    doc: str = ""


@dataclass(frozen=True)
class Nested:
    """The rows that make up a record (an order's lines), shown with a single record and left out of lists.

    They may be made up of rows themselves: the checks of a recipe's steps.
    """

    name: str
    model: type[models.Model]
    fields: Sequence[str]
    relation: str = ""
    order: Sequence[str] = ("position",)
    guarded: dict[str, str] = field(default_factory=dict)
    computed: Sequence[Computed] = ()
    nested: Sequence[Nested] = ()

    @property
    def source(self) -> str:
        return self.relation or self.name

    @property
    def prefetch(self) -> models.Prefetch[Any]:
        """How the rows are read, with those they are made up of: a statement each."""
        rows = self.model._default_manager.order_by(*self.order)
        return models.Prefetch(self.source, queryset=rows.prefetch_related(*(part.prefetch for part in self.nested)))


def column(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    """The column behind a name; a foreign key is named by its key (`owner_id`). Raises LookupError."""
    found = next((f for f in model._meta.concrete_fields if name in (f.attname, f.name) and f.attname == name), None)
    if found is None:
        raise LookupError(f"{model._meta.label} has no column {name!r}")
    return found


def type_of(source: models.Field[Any, Any]) -> Any:
    """The JSON type of a column, without its null."""
    if isinstance(source, models.ForeignKey):
        return type_of(cast("models.Field[Any, Any]", source.target_field))
    if source.choices and isinstance(source, models.CharField):
        values = [value for value, _label in source.flatchoices]  # type: ignore[attr-defined]
        return Literal[tuple([*values, ""] if source.blank and "" not in values else values)]
    if isinstance(source, models.DecimalField):
        pattern = decimal_pattern(source.max_digits or 18, source.decimal_places or 0, signed=True)
        return Annotated[str, WithJsonSchema({"type": "string", "pattern": pattern})]
    if isinstance(source, ArrayField):
        return list[type_of(source.base_field)]  # type: ignore[misc]
    for kind, plain in _PLAIN.items():
        if isinstance(source, kind):
            return plain
    raise LookupError(f"no JSON type for {source!r}")


_PLAIN: dict[type[models.Field[Any, Any]], Any] = {
    models.BooleanField: bool,
    models.UUIDField: UUID,
    models.DateTimeField: MOMENT,
    models.DateField: DAY,
    models.IntegerField: int,
    models.AutoField: int,
    models.JSONField: Any,
    models.CharField: str,
    models.TextField: str,
}


def _definition(source: models.Field[Any, Any], *, guarded: bool) -> tuple[Any, Any]:
    kind = type_of(source)
    if source.null:
        kind = kind | None
    words = f"{source.verbose_name}".capitalize() + (" (only with the right to see it)" if guarded else "")
    return (kind, Field(None, description=words)) if guarded else (kind, Field(description=words))


def schema_of(
    name: str,
    model: type[models.Model],
    names: Iterable[str],
    *,
    computed: Iterable[Computed] = (),
    nested: Iterable[Nested] = (),
    guarded: Iterable[str] = (),
    own: bool = False,
) -> type[Schema]:
    """The schema of the document for these names. Guarded ones may be missing from an answer."""
    hidden = set(guarded)
    parts: dict[str, Any] = {each: _definition(column(model, each), guarded=each in hidden) for each in names}
    for extra in computed:
        missing = extra.name in hidden
        parts[extra.name] = (extra.type, Field(None if missing else ..., description=extra.doc or None))
    for rows in nested:
        row = schema_of(
            f"{name}{rows.name.title().replace('_', '')}",
            rows.model,
            rows.fields,
            computed=rows.computed,
            nested=rows.nested,
            guarded=rows.guarded,
        )
        parts[rows.name] = (list[row], Field(description="Only with a single record."))  # type: ignore[valid-type]
    if own:
        parts["own"] = (dict[str, Any], Field(description="The company's own fields, as far as the user may see them."))
    return create_model(name, __base__=Schema, **parts)


def getters(names: Iterable[str], computed: Iterable[Computed] = ()) -> list[tuple[str, Callable[[Any], Any]]]:
    """How each named value is read from a record."""
    return [*((name, attrgetter(name)) for name in names), *((extra.name, extra.value) for extra in computed)]
