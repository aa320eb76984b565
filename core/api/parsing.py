"""Reading a body: JSON without what neither the rules nor the database can hold."""

from __future__ import annotations

import json
import math
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser


class StrictParser(Parser):
    """No NaN and no infinity, no NUL characters and no half surrogates, no member named twice."""

    def parse_body(self, request: HttpRequest) -> Any:
        return json.loads(
            request.body.decode("utf-8"),
            parse_constant=_refuse,
            parse_float=_finite,
            object_pairs_hook=_plain_object,
        )


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _finite(text: str) -> float:
    """Only free JSON (the raw text of a web form) may hold fractions; amounts come as strings."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("the number is too large")
    return number


def _plain_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member is named twice")
    for name, value in pairs:
        _check(name)
        _check(value)
    return found


def _check(value: Any) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("a text holds the character NUL")
        value.encode("utf-8")  # refuses half a surrogate pair
    elif isinstance(value, list):
        for each in value:
            _check(each)
