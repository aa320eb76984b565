"""Facts of a paper as JSON and back: what was asked for is what is drawn, whatever happens to the record meanwhile."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

TYPES: dict[str, Callable[[str], Any]] = {
    "decimal": Decimal,
    "date": date.fromisoformat,
    "moment": datetime.fromisoformat,
}
MARK = "="  # a mapping with this one key holds a value JSON does not know: {"=": ["decimal", "1.20"]}


def packed(value: Any) -> Any:
    """A value as plain JSON; dataclasses become mappings. Raises TypeError for what a paper may not hold."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: packed(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Decimal):
        return {MARK: ["decimal", format(value, "f")]}
    if isinstance(value, datetime):
        return {MARK: ["moment", value.isoformat()]}
    if isinstance(value, date):
        return {MARK: ["date", value.isoformat()]}
    if isinstance(value, Promise):
        return str(value)
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, list | tuple):
        return [packed(part) for part in value]
    if isinstance(value, Mapping):
        return {str(key): packed(part) for key, part in value.items()}
    raise TypeError(f"a paper cannot hold {type(value).__name__}")


def unpacked(value: Any) -> Any:
    """The values again; mappings stay mappings, which templates read like objects."""
    if isinstance(value, list):
        return [unpacked(part) for part in value]
    if isinstance(value, dict):
        if set(value) == {MARK}:
            kind, text = value[MARK]
            return TYPES[kind](text)
        return {key: unpacked(part) for key, part in value.items()}
    return value


def hash_of(snapshot: Any, *context: object) -> str:
    """A fingerprint of packed facts and of what else decides how the paper looks (language, draft or not)."""
    text = json.dumps([snapshot, *map(str, context)], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
