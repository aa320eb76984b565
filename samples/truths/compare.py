"""When two values agree: numbers to the fourth place, which is as far as the truths are written."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

STEP = Decimal("0.0001")


def plain(value: Any) -> Any:
    """A value as a truth would write it: numbers as Decimal with at most four places, rows as dicts and lists."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, float, Decimal)):
        number = Decimal(str(value)).quantize(STEP, rounding=ROUND_HALF_UP)
        return number.normalize() + 0 if number else Decimal(0)
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    raise TypeError(f"{type(value).__name__} is in no truth")


def without_fields(value: Any, fields: tuple[str, ...]) -> Any:
    """Rows without some fields."""
    if isinstance(value, list):
        return [without_fields(each, fields) for each in value]
    return {key: each for key, each in value.items() if key not in fields} if isinstance(value, dict) else value


def differences(expected: Any, actual: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two plain values differ: (place, expected, actual). Lists are compared in order."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in [*expected, *(key for key in actual if key not in expected)]:
            yield from differences(expected.get(key), actual.get(key), f"{place}.{key}" if place else key)
    elif isinstance(expected, list) and isinstance(actual, list):
        for index in range(max(len(expected), len(actual))):
            mine = expected[index] if index < len(expected) else None
            theirs = actual[index] if index < len(actual) else None
            yield from differences(mine, theirs, f"{place}[{index}]")
    elif isinstance(expected, Decimal) and isinstance(actual, Decimal):
        # Truths were rounded from floats: a tie may have gone the other way in the last place.
        if abs(expected - actual) > STEP:
            yield place, expected, actual
    elif expected != actual:
        yield place, expected, actual


def show(value: Any) -> str:
    """A plain value on one line."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {show(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(show(each) for each in value) + "]"
    return "nothing" if value is None else str(value)
