"""Own fields in the database's words: the value at a key of `custom` as text, number or day, else NULL.

Registered as transforms, so that `custom__<key>__own_number` is a path to sort by. The index of a fast filter is
built over exactly these expressions (`core.customfields.indexes`).
"""

from __future__ import annotations

from typing import Any

from django.db.models import DecimalField, JSONField, TextField, Transform
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Lower

from core.choices import FieldKind
from core.models import CustomField


@JSONField.register_lookup
class OwnText(Transform):
    lookup_name = "own_text"
    function = "core_own_text"
    output_field = TextField()  # type: ignore[assignment]


@JSONField.register_lookup
class OwnNumber(Transform):
    lookup_name = "own_number"
    function = "core_own_number"
    output_field = DecimalField(max_digits=24, decimal_places=6)  # type: ignore[assignment]


@JSONField.register_lookup
class OwnDate(Transform):
    """The day as its ISO text, which sorts as days do."""

    lookup_name = "own_date"
    function = "core_own_date"
    output_field = TextField()  # type: ignore[assignment]


# Words that a key cannot be, because a path would read them as one of the above.
RESERVED_KEYS = frozenset({"own_text", "own_number", "own_date"})
SORTS = {
    FieldKind.TEXT: "own_text",
    FieldKind.NUMBER: "own_number",
    FieldKind.MONEY: "own_number",
    FieldKind.DATE: "own_date",
    FieldKind.CHOICE: "own_text",
}


def sort_path(field: CustomField) -> str:
    """The ORM path by which a list sorts by the field; empty where there is no order."""
    transform = SORTS.get(FieldKind(field.kind))
    return f"custom__{field.key}__{transform}" if transform else ""


def number(key: str) -> Any:
    return OwnNumber(KeyTransform(key, "custom"))


def day(key: str) -> Any:
    return OwnDate(KeyTransform(key, "custom"))


def folded_text(key: str) -> Any:
    return Lower(OwnText(KeyTransform(key, "custom")))
