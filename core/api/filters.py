"""Narrowing a list: allow-listed parameters with the types of their columns. Nothing a caller sends names a column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from django.db import models
from django.db.models.constants import LOOKUP_SEP
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, create_model

from core.api.paging import LARGEST_PAGE, USUAL_PAGE
from core.api.types import BIGGEST_ID, FIRST_DAY, LAST_DAY


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("a text holds the character NUL")
    return text


def within_our_time(value: Any) -> Any:
    day = value.date() if isinstance(value, datetime) else value
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"a day between {FIRST_DAY} and {LAST_DAY} is needed")
    return value.astimezone(UTC) if isinstance(value, datetime) else value


Words = Annotated[str, StringConstraints(max_length=200), AfterValidator(_without_nul)]
Key = Annotated[int, Field(ge=1, le=BIGGEST_ID)]
Number = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]


@dataclass(frozen=True)
class Filter:
    """A parameter of a list: `name` compares the column at `path` (default: the name) by `lookup`."""

    name: str
    path: str = ""
    lookup: str = "exact"
    doc: str = ""

    @property
    def column(self) -> str:
        return self.path or self.name

    @property
    def condition(self) -> str:
        return f"{self.column}{LOOKUP_SEP}{self.lookup}"


def plain(*names: str) -> tuple[Filter, ...]:
    """Parameters that compare the column of their own name."""
    return tuple(Filter(name) for name in names)


def between(name: str, path: str = "") -> tuple[Filter, ...]:
    """`<name>_from` and `<name>_to`, both included."""
    return (
        Filter(f"{name}_from", path or name, "gte", "This moment or day, and later."),
        Filter(f"{name}_to", path or name, "lte", "This moment or day, and earlier."),
    )


def column_at(model: type[models.Model], path: str) -> models.Field[Any, Any]:
    """The column at the end of an ORM path; the last part may be the name of a key (`owner_id`)."""
    *way, last = path.split(LOOKUP_SEP)
    for part in way:
        model = model._meta.get_field(part).related_model  # type: ignore[assignment]
    return next(field for field in model._meta.concrete_fields if last in (field.name, field.attname))


def _type_of(source: models.Field[Any, Any]) -> Any:
    if isinstance(source, models.ForeignKey):
        return _type_of(source.target_field)  # type: ignore[arg-type]
    if source.choices and isinstance(source, models.CharField):
        return Literal[tuple(value for value, _label in source.flatchoices)]  # type: ignore[attr-defined]
    if isinstance(source, models.BooleanField):
        return bool
    if isinstance(source, models.DateTimeField):
        return Annotated[AwareDatetime, AfterValidator(within_our_time)]
    if isinstance(source, models.DateField):
        return Annotated[date, AfterValidator(within_our_time)]
    if isinstance(source, (models.BigAutoField, models.BigIntegerField)):
        return Key
    return Number if isinstance(source, models.IntegerField) else Words


def parameters_of(
    name: str, model: type[models.Model], filters: Iterable[Filter], sorts: Iterable[str], *, searched: bool
) -> type[Schema]:
    """The schema of a list's parameters: filters, `q` where the records can be searched, `sort`, `limit`, `after`."""
    parts: dict[str, Any] = {
        each.name: (_type_of(column_at(model, each.column)) | None, Field(None, description=each.doc or None))
        for each in filters
    }
    if searched:
        parts["q"] = (Words | None, Field(None, description="Words or numbers to find, spelling mistakes allowed."))
    ways: Any = Literal[tuple(way for sort in ("id", *sorts) for way in (sort, f"-{sort}"))]
    parts["sort"] = (ways, Field("id", description="The column to sort by, with “-” downwards."))
    parts["limit"] = (int, Field(USUAL_PAGE, ge=1, le=LARGEST_PAGE, description="Rows on a page."))
    parts["after"] = (
        Annotated[str, StringConstraints(max_length=1000)] | None,
        Field(None, description="Go on behind the page whose `next` named this place."),
    )
    return create_model(f"{name}Parameters", __base__=Schema, **parts)
