"""A report as rows and columns: on the page, and as CSV or XLSX with the kit's writers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from core.ui import amounts, cells, exports
from core.ui.tables import HOME, Column, Kind
from reports.words import percent


@dataclass(frozen=True)
class Field:
    """One column: `get` is the value of a row, `url` where it leads, `tone` its colour, `total` what stands below."""

    name: str
    label: str | Promise
    kind: Kind = Kind.TEXT
    get: Callable[[Any], Any] = lambda row: row
    url: Callable[[Any], str] | None = None
    tone: Callable[[Any], str] | None = None
    total: Any = None
    exact: bool = True
    on_phone: bool = True
    wraps: bool = True

    @cached_property
    def column(self) -> Column:
        return Column(self.name, self.label, self.kind, currency=HOME if self.kind is Kind.MONEY else "")

    @cached_property
    def css(self) -> str:
        numeric = "n" if self.column.is_numeric else ""
        words = (numeric, "" if self.on_phone else "hide-sm", "" if self.wraps else "nw")
        return " ".join(word for word in words if word)


@dataclass(frozen=True)
class Table:
    """Rows with their columns."""

    fields: Sequence[Field]
    rows: Sequence[Any]

    def lines(self) -> Iterator[dict[str, Any]]:
        for row in self.rows:
            yield {"cells": [self._cell(field, row) for field in self.fields]}

    def _cell(self, field: Field, row: Any) -> dict[str, Any]:
        html = written(field, field.get(row))
        url = field.url(row) if field.url else ""
        tone = field.tone(row) if field.tone else ""
        link = SafeString(f'<a href="{cells.esc(url)}">{cells.esc(html)}</a>') if url else html
        return {"css": f"{field.css} {tone}".strip(), "html": link}

    @property
    def totals(self) -> list[dict[str, Any]] | None:
        if all(field.total is None for field in self.fields):
            return None
        return [{"css": field.css, "html": written(field, field.total)} for field in self.fields]

    def plain(self) -> Iterator[list[Any]]:
        yield [str(field.label) for field in self.fields]
        for row in self.rows:
            yield [exports.harmless(cells.plain(field.column, field.get(row))) for field in self.fields]


def written(field: Field, value: Any) -> SafeString:
    """The value as HTML; money of a report to the cent, percentages with two places."""
    if value is None or value == "":
        return cells.EMPTY
    if field.kind is Kind.MONEY and field.exact:
        return SafeString(cells.esc(amounts.home_money(Decimal(value))))
    if field.kind is Kind.PERCENT:
        return SafeString(cells.esc(percent(Decimal(value), 2)))
    if isinstance(value, str):
        return SafeString(cells.esc(value))
    return cells.write(field.column, value)


def as_file(name: str, form: str, lines: Iterable[list[Any]]) -> HttpResponse | StreamingHttpResponse:
    """The lines as a file to keep; text that a spreadsheet would run is made harmless by `Table.plain`."""
    form = exports.XLSX if form == exports.XLSX else exports.CSV
    body: Any = exports.csv_of(lines) if form == exports.CSV else [exports.xlsx_of(lines)]
    response = StreamingHttpResponse(body, content_type=exports.TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate().isoformat()}.{form}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
