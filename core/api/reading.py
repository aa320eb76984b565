"""What a user sees of a record or a list: the same for answers and for the data of webhooks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from ninja import Schema

from core import policy
from core.actors import Actor
from core.api import own
from core.api.fields import Nested, getters
from core.api.paging import Order, cursor_after, rows_after
from core.api.problems import Refusal
from core.api.resources import Resource


class Encoder(DjangoJSONEncoder):
    """Decimals as strings, moments in UTC with all their digits."""

    def default(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return super().default(value)


def as_json(value: Any) -> str:
    return json.dumps(value, cls=Encoder, ensure_ascii=False, separators=(",", ":"))


class Reader:
    """Writes records of a resource down for one user: what he may not see is asked once, then left out of each."""

    def __init__(self, resource: Resource, user: Actor) -> None:
        self.resource, self.user = resource, user
        self.hidden = resource.hidden_from(user)
        self.columns = [
            (name, get) for name, get in getters(resource.names, resource.computed) if name not in self.hidden
        ]

    def row(self, record: Any) -> dict[str, Any]:
        values = {name: get(record) for name, get in self.columns}
        if self.resource.has_own:
            values["own"] = own.values(record, self.user)
        return values

    def whole(self, record: Any) -> dict[str, Any]:
        """With the rows it is made of."""
        return {**self.row(record), **self._parts(record, self.resource.nested)}

    def _parts(self, record: Any, parts: Sequence[Nested]) -> dict[str, list[dict[str, Any]]]:
        values = {}
        for part in parts:
            hidden = {name for name, action in part.guarded.items() if not policy.allows(self.user, action)}
            columns = [(name, get) for name, get in getters(part.fields, part.computed) if name not in hidden]
            rows = getattr(record, part.source).all()
            values[part.name] = [
                {name: get(row) for name, get in columns} | self._parts(row, part.nested) for row in rows
            ]
        return values


def tag_of(record: Model, text: str) -> str:
    """The ETag of an answer: the record's version for those who change it, and a print of all that was said."""
    version = getattr(record, "version", None)
    print_ = hashlib.sha256(text.encode()).hexdigest()[:16]
    return f'"{print_}"' if version is None else f'"{version}.{print_}"'


@dataclass(frozen=True)
class Page:
    data: list[dict[str, Any]]
    next: str | None


def page_of(resource: Resource, user: Actor, asked: Schema, *, address: str) -> Page:
    """One page of a list, filtered and sorted as asked; `next` is where the following one begins."""
    wanted = {name: value for name, value in asked.model_dump().items() if value is not None}
    limit, order = wanted.pop("limit"), Order.of(wanted.pop("sort"))
    cursor, words = wanted.pop("after", None), wanted.pop("q", None)
    reader = Reader(resource, user)
    rows = resource.list_for(user)
    for name, value in wanted.items():
        each = resource.filters_by_name[name]
        _refuse_hidden(reader, name, each.column)
        rows = rows.filter(**{each.condition: value})
    _refuse_hidden(reader, "sort", order.path)
    if words:
        from core.search.selectors import matching

        rows = matching(rows, words)
    rows = order.applied(rows)
    if cursor:
        rows = rows_after(rows, cursor, order)
    found = list(rows[: limit + 1])
    following = None
    if len(found) > limit:
        found.pop()
        sent = {**asked.model_dump(mode="json", exclude_none=True), "after": cursor_after(found[-1], order)}
        following = f"{settings.SITE_URL}{address}?{urlencode(sent)}"
    return Page([reader.row(record) for record in found], following)


def _refuse_hidden(reader: Reader, name: str, column: str) -> None:
    """A hidden value must not be guessed by asking for rows above and below it."""
    if column.split("__", maxsplit=1)[0] in reader.hidden:
        raise Refusal.of_field(name, "you may not see this field")


def single(resource: Resource, user: Actor, pk: int) -> tuple[Any, dict[str, Any]] | None:
    """A record with all that the user may see of it; None when he may not know of it."""
    record = resource.single_for(user).filter(pk=pk).first()
    return None if record is None else (record, Reader(resource, user).whole(record))
