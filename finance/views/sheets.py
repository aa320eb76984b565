"""Tables of finance as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse

from core.ui.exports import CSV, TYPES, XLSX, harmless


def sheet(name: str, lines: Sequence[Sequence[Any]], *, as_xlsx: bool) -> HttpResponse:
    """Lines as CSV or XLSX: figures stay figures, text runs in no program."""
    form = XLSX if as_xlsx else CSV
    content = _workbook(lines) if as_xlsx else _text(lines)
    response = HttpResponse(content, content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _text(lines: Sequence[Sequence[Any]]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerows([[harmless(value) for value in line] for line in lines])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _workbook(lines: Sequence[Sequence[Any]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    page = book.create_sheet()
    for line in lines:
        page.append([float(value) if isinstance(value, Decimal) else harmless(value) for value in line])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
