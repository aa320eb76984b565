"""Lists as CSV and XLSX: the columns and rows of the view, the rights of the user, cells that no program runs.

Over 5,000 rows the file is made in the background and found among the jobs.
"""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import policy
from core.access import scope
from core.jobs.running import Running, runs
from core.jobs.services import start_job
from core.ui import cells, registers, views
from core.ui.lists import RegisterView
from core.ui.queries import ListQuery
from core.ui.slim import cells_of
from core.ui.tables import Column, Kind

logger = logging.getLogger(__name__)

AT_ONCE = 5_000
CHUNK = 1_000
SENT_AT_ONCE = 32_768  # characters
CSV, XLSX = "csv", "xlsx"
WIDE, NARROW = 36, 16  # columns of a workbook, in letters: what a row is called, and the rest
TYPES = {CSV: "text/csv; charset=utf-8", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
# A spreadsheet takes text that begins like this for a formula (also in full width).
_FORMULA = tuple("=+-@\t\r＝＋－＠")


def harmless(value: Any) -> Any:
    """Text that a spreadsheet would run gets a quote in front; figures stay figures."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


class ExportScreen(RegisterView):
    """GET or POST: the rows of the address, or of the `ids` in it, as a file."""

    def needed_action(self) -> str | None:
        return "core.export_rows"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | StreamingHttpResponse:
        return self._export(request.GET)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | StreamingHttpResponse:
        return self._export(request.POST)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not self.register.may(request.user, self.register.view_action):
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)

    def _export(self, asked: QueryDict) -> HttpResponse | StreamingHttpResponse:
        form = XLSX if asked.get("format") == XLSX else CSV
        address = QueryDict(asked.get("address", "")) if "address" in asked else asked
        ids = [int(value) for value in asked.getlist("ids") if value.isdigit()]
        query = _query(self.register, self.user, address)
        chosen = scope.current(self.request)
        rows = _rows(query, self.user, [] if "everything" in asked else ids, chosen)
        count = rows.order_by().values_list("pk")[: AT_ONCE + 1].count()
        facts = {"register": self.register.key, "rows": count, "user": self.user.pk}
        logger.info("list exported", extra=facts)
        if count > AT_ONCE:
            job = start_job(
                kind="core.export",
                params={
                    "register": self.register.key,
                    "address": address.urlencode(),
                    "format": form,
                    "scope": astuple(chosen),
                },
                title=_("Export: %(list)s") % {"list": self.register.label_plural},
                by=self.user,
            )
            return HttpResponseRedirect(job.get_absolute_url())
        name = f"{self.register.plural}-{timezone.localdate().isoformat()}.{form}"
        body: Any = (
            csv_lines(query.columns, rows, self.user) if form == CSV else [xlsx_file(query.columns, rows, self.user)]
        )
        response = StreamingHttpResponse(body, content_type=TYPES[form])
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["X-Content-Type-Options"] = "nosniff"
        return response


def _query(register: registers.Register, user: Any, address: QueryDict) -> ListQuery:
    return ListQuery(register, user, address, views.views_of(user, register.key))


def _rows(query: ListQuery, user: Any, ids: list[int], chosen: scope.Scope) -> QuerySet[Any]:
    """The rows of the list: of the branch somebody works in, the chosen ones or all that match, in their order."""
    register = query.register
    rows = register.rows_for(user).filter(scope.condition(register.model, chosen))
    if ids:
        rows = rows.filter(pk__in=ids)
    else:
        rows = register.filter_class(query.parameters, rows, register=register, user=user).qs
    rows, keys = query.sorted_rows(rows)
    return rows.order_by(*(key.order(backwards=False) for key in keys), "pk")


def table(columns: list[Column], rows: QuerySet[Any], user: Any) -> Iterator[list[Any]]:
    """The head and then each record's cells; read from the database a thousand at a time."""
    yield [str(column.label) for column in columns]
    for found in cells_of(columns, rows, user, chunk=CHUNK):
        told = [[_cell_of(column, value) for value in values] for column, values in zip(columns, found, strict=True)]
        yield from map(list, zip(*told, strict=True))


def _cell_of(column: Column, value: Any) -> Any:
    """A value as it stands in the file; the usual kinds without a detour."""
    kind = type(value)
    if value is None or kind is Decimal or kind is int:
        return value
    return harmless(value if kind is str and column.kind is not Kind.CHOICE else cells.plain(column, value))


def csv_lines(columns: list[Column], rows: QuerySet[Any], user: Any) -> Iterable[bytes]:
    """A list as CSV."""
    return csv_of(table(columns, rows, user))


def csv_of(lines: Iterable[list[Any]]) -> Iterator[bytes]:
    """UTF-8 with a mark that spreadsheets know it by; moments by the reader's clock, as spreadsheets take them.

    The clock is asked for now: the file is written when the request has ended, and its time zone with it.
    """
    return _written(lines, timezone.get_current_timezone())


def _written(lines: Iterable[list[Any]], zone: tzinfo) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield b"\xef\xbb\xbf"
    for line in lines:
        writer.writerow(
            [_moment(value, zone).isoformat(" ") if isinstance(value, datetime) else value for value in line]
        )
        if buffer.tell() > SENT_AT_ONCE:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def xlsx_file(columns: list[Column], rows: QuerySet[Any], user: Any) -> bytes:
    """A list as a workbook."""
    return xlsx_of(table(columns, rows, user))


def xlsx_of(lines: Iterable[list[Any]]) -> bytes:
    """A workbook with one sheet whose head stays in sight; figures and days are cells of their kind."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    lines = iter(lines)
    head = []
    for number, label in enumerate(next(lines, []), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDE if number == 1 else max(NARROW, len(label) + 2)
        cell = WriteOnlyCell(sheet, value=label)
        cell.font = Font(bold=True)
        head.append(cell)
    sheet.append(head)
    for line in lines:
        sheet.append([_cell(value) for value in line])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _moment(value: datetime, zone: tzinfo | None = None) -> datetime:
    """To the second, by the reader's clock."""
    return timezone.localtime(value, zone).replace(tzinfo=None, microsecond=0)


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return _moment(value)
    return float(value) if isinstance(value, Decimal) and abs(value) < 10**15 else value


@runs("core.export")
def run_export(job: Running) -> None:
    """A long list as a file, with the rights its user has by then."""
    register = registers.by_key(job.params["register"])
    user: Any = job.by
    if not (policy.allows(user, register.view_action) and policy.allows(user, "core.export_rows")):
        job.finish({str(_("Refused")): _("You have no right to export this list.")})
        return
    query = _query(register, user, QueryDict(job.params["address"]))
    rows = _rows(query, user, [], scope.Scope(*job.params["scope"]))
    job.advance(total=rows.order_by().count())
    form = job.params["format"]
    name = f"{register.plural}-{timezone.localdate().isoformat()}.{form}"
    content = b"".join(csv_lines(query.columns, rows, user)) if form == CSV else xlsx_file(query.columns, rows, user)
    job.keep_file(name, content, TYPES[form])
    job.finish({str(_("Rows")): job.total})
