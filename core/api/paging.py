"""Pages that neither skip nor repeat a row while others are added: each goes on behind the last one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet

from core.api.problems import Refusal

SALT = "core.api.page"
LARGEST_PAGE = 200
USUAL_PAGE = 50


@dataclass(frozen=True)
class Order:
    """A sorting: an allow-listed column, perhaps downwards; rows without a value come last, ties go by key."""

    path: str
    down: bool = False

    @classmethod
    def of(cls, text: str) -> Order:
        return cls(text.removeprefix("-"), text.startswith("-"))

    @property
    def text(self) -> str:
        return f"-{self.path}" if self.down else self.path

    def applied(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.path == "id":
            return rows.order_by("-pk" if self.down else "pk")
        column = F(self.path)
        first = column.desc(nulls_last=True) if self.down else column.asc(nulls_last=True)
        if not rows.model._meta.get_field(self.path).null:
            first = column.desc() if self.down else column.asc()
        return rows.order_by(first, "-pk" if self.down else "pk")

    def after(self, value: Any, pk: int, *, nullable: bool) -> Q:
        """The rows behind the one with this value and key."""
        beyond = Q(pk__lt=pk) if self.down else Q(pk__gt=pk)
        if self.path == "id":
            return beyond
        if value is None:
            return Q(**{f"{self.path}__isnull": True}) & beyond
        side = "lt" if self.down else "gt"
        # Written this way PostgreSQL reads one stretch of the index (column, key).
        here = Q(**{f"{self.path}__{side}e": value}) & (Q(**{f"{self.path}__{side}": value}) | beyond)
        return here | Q(**{f"{self.path}__isnull": True}) if nullable else here


def cursor_after(record: Model, order: Order) -> str:
    """What a caller sends to go on after this record; signed, so that nobody can ask for another column with it."""
    field = record._meta.get_field(order.path)
    value = getattr(record, field.attname)  # type: ignore[union-attr]
    text = None if value is None else field.value_to_string(record)  # type: ignore[union-attr]
    return signing.dumps([order.text, text, record.pk], salt=SALT, compress=True)


def rows_after(rows: QuerySet[Any], cursor: str, order: Order) -> QuerySet[Any]:
    """The rows behind a cursor. Raises Refusal when it is none of ours or belongs to another sorting."""
    try:
        sorted_by, text, pk = signing.loads(cursor, salt=SALT)
        field = rows.model._meta.get_field(order.path)
        value = None if text is None else field.to_python(text)
    except (signing.BadSignature, ValueError, ValidationError):
        raise Refusal.of_field("after", "this is not a place where a page ended") from None
    if sorted_by != order.text:
        raise Refusal.of_field("after", "this page was sorted in another way")
    return rows.filter(order.after(value, pk, nullable=field.null))  # type: ignore[union-attr]
