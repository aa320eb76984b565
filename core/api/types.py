"""The types of what comes in and goes out: strict, bounded, and without a float where money is counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, get_type_hints

from ninja import Schema
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    WithJsonSchema,
    create_model,
)

BIGGEST_ID = 2**63 - 1
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


class Input(Schema):
    """What a caller sends. A member nobody knows is refused, so that a misspelt one is not lost in silence."""

    model_config = ConfigDict(extra="forbid")


class NoInput(Input):
    """For actions that need nothing but the record."""


def optional(name: str, schema: type[Input], *, without: Iterable[str] = ()) -> type[Input]:
    """The same members, none of them required: what `PATCH` takes. Leaving one out differs from sending null."""
    hints = get_type_hints(schema, include_extras=True)
    members: dict[str, Any] = {
        member: (hints[member], Field(default=None, description=info.description, json_schema_extra=_without_default))
        for member, info in schema.model_fields.items()
        if member not in set(without)
    }
    return create_model(name, __base__=Input, **members)


def _without_default(shown: dict[str, Any]) -> None:
    shown.pop("default", None)


@dataclass(frozen=True)
class Ref:
    """Marks a number as the key of another record, `app.model`: one the caller may know of, or it is refused."""

    model: str


def decimal_pattern(digits: int, places: int, *, signed: bool) -> str:
    fraction = rf"(\.[0-9]{{1,{places}}})?" if places else ""
    return rf"^{'-?' if signed else ''}[0-9]{{1,{digits - places}}}{fraction}$"


def _decimal(digits: int, places: int, *, signed: bool) -> Callable[[Any], Decimal]:
    shape = re.compile(decimal_pattern(digits, places, signed=signed), re.ASCII)

    def read(value: Any) -> Decimal:
        if not isinstance(value, str) or not shape.match(value) or value.endswith("\n"):
            raise ValueError(f"a decimal number in quotation marks, with at most {places} places, is needed")
        return Decimal(value)

    return read


def _annotated_decimal(digits: int, places: int, example: str, *, signed: bool = False) -> Any:
    shown = {"type": "string", "pattern": decimal_pattern(digits, places, signed=signed), "examples": [example]}
    return Annotated[Decimal, BeforeValidator(_decimal(digits, places, signed=signed)), WithJsonSchema(shown)]


def decimal_type(digits: int, places: int) -> Any:
    """A number of a column with these places, sent in quotation marks; two digits less than fit, so that sums do."""
    return _annotated_decimal(digits - 2, places, "1", signed=True)


def _iso_day(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        raise ValueError("a day as YYYY-MM-DD is needed")
    return value


def _iso_moment(value: Any) -> Any:
    if not isinstance(value, str) or not re.match(r"\d{4}-\d\d-\d\d[Tt ]", value, re.ASCII):
        raise ValueError("a moment as YYYY-MM-DDThh:mm:ssZ is needed")
    return value


def _within_our_time(value: Any) -> Any:
    """Far days overflow when they are turned into another time zone."""
    day = value.date() if isinstance(value, datetime) else value
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"a day between {FIRST_DAY} and {LAST_DAY} is needed")
    return value.astimezone(UTC) if isinstance(value, datetime) else value


Id = Annotated[int, Strict(), Field(ge=1, le=BIGGEST_ID)]
Flag = Annotated[bool, Strict()]
Small = Annotated[int, Strict(), Field(ge=0, le=32767)]
Whole = Annotated[int, Strict(), Field(ge=0, le=2_147_483_647)]
Percentage = Annotated[int, Strict(), Field(ge=0, le=100)]

Money: Any = _annotated_decimal(16, 2, "1250.00")
Price: Any = _annotated_decimal(17, 6, "19.90")
Qty: Any = _annotated_decimal(17, 4, "3")
Percent: Any = _annotated_decimal(7, 4, "5")

Day = Annotated[
    date,
    BeforeValidator(_iso_day),
    AfterValidator(_within_our_time),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-03-31"]}),
]
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_iso_moment),
    AfterValidator(_within_our_time),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-03-31T12:00:00Z"]}),
]

Code = Annotated[str, StringConstraints(max_length=40)]
Short = Annotated[str, StringConstraints(max_length=80)]
Line = Annotated[str, StringConstraints(max_length=200)]
LongLine = Annotated[str, StringConstraints(max_length=300)]
Mail = Annotated[str, StringConstraints(max_length=320)]
Text = Annotated[str, StringConstraints(max_length=20_000)]
ExternalKey = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]{2,4})?$")]
Country = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")]

UserId = Annotated[Id, Ref("core.User")]
BranchId = Annotated[Id, Ref("core.Branch")]
TeamId = Annotated[Id, Ref("core.Team")]
CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), Ref("core.Currency")]
OwnValues = Annotated[
    dict[str, Any],
    Field(description="The company's own fields by their keys; only those that the user may see and fill."),
]
