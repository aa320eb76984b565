"""XLSX workbooks: looked through before they are opened, then read row by row without being unpacked."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

from core.imports.reading.delimited import Row
from core.imports.reading.limits import (
    MAX_COLUMNS,
    MAX_MEMBERS,
    MAX_RATIO,
    MAX_UNPACKED_BYTES,
    MIB,
    FileEmpty,
    FormatUnknown,
    TooManyColumns,
    WorkbookBomb,
    WorkbookBroken,
    WorkbookUnsafe,
)

CHUNK = 1 << 18
FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
LONGEST_MARK = 32
FLOAT_PLACES = 9  # what lies behind is the noise of binary fractions


class Formula:
    """A cell that holds a formula whose result was never stored: there is no value to take."""

    def __str__(self) -> str:
        return "="


FORMULA = Formula()


@dataclass(frozen=True)
class Inspection:
    """What the look at the packed file found: whether any sheet holds formulas."""

    has_formulas: bool


def inspect(path: Path) -> Inspection:
    """Refuse a dangerous workbook before anything opens it.

    The central directory is read first: members, unpacked size, ratio (RELIABILITY 2.6). Then each part is
    streamed once, looking for definitions of entities and for formulas.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_directory(members)
            if not any(member.filename == "[Content_Types].xml" for member in members):
                raise FormatUnknown()
            return Inspection(has_formulas=bool(sum(_has_formulas(archive, member) for member in members)))
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise WorkbookBroken() from error


def _check_directory(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if len(members) > MAX_MEMBERS:
        raise WorkbookBomb(found=f"{len(members):,}", limit=f"{MAX_MEMBERS:,}")
    if unpacked > MAX_UNPACKED_BYTES:
        raise WorkbookBomb(found=f"{unpacked // MIB:,} MB", limit=f"{MAX_UNPACKED_BYTES // MIB} MB")
    if unpacked > MIB and unpacked / packed > MAX_RATIO:
        raise WorkbookBomb(found=f"{unpacked // packed:,} : 1", limit=f"{MAX_RATIO} : 1")


def _has_formulas(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Stream one part; True when it is a sheet with formulas. Raises WorkbookUnsafe."""
    if not member.filename.endswith((".xml", ".rels", ".vml")):
        return False
    found, tail = False, b""
    with archive.open(member) as part:
        while chunk := part.read(CHUNK):
            window = tail + chunk
            if any(mark in window for mark in FORBIDDEN):
                raise WorkbookUnsafe()
            found = found or b"<f>" in window or b"<f " in window
            tail = window[-LONGEST_MARK:]
    return found and member.filename.startswith("xl/worksheets/")


def sheets(path: Path) -> list[str]:
    """The names of the sheets, in their order."""
    with _opened(path, values=True) as book:
        return [sheet.title for sheet in book.worksheets]


def rows(path: Path, sheet: str, *, has_formulas: bool) -> Iterator[Row]:
    """Every row of a sheet that holds something, streamed. Formulas give the result that was stored with them.

    Raises WorkbookBroken, WorkbookUnsafe, TooManyColumns, FileEmpty.
    """
    from defusedxml import DefusedXmlException

    try:
        with _opened(path, values=True) as book:
            values = _sheet(book, sheet).iter_rows(values_only=True)
            if not has_formulas:
                yield from _numbered(values)
                return
            with _opened(path, values=False) as formulas:
                yield from _numbered(_marked(values, _sheet(formulas, sheet).iter_rows(values_only=True)))
    except DefusedXmlException as error:
        raise WorkbookUnsafe() from error
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, SyntaxError, OSError, EOFError) as error:
        raise WorkbookBroken() from error


@contextmanager
def _opened(path: Path, *, values: bool) -> Iterator[Any]:
    from defusedxml import DefusedXmlException
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    with path.open("rb") as stream:  # by its content: the stored name has no ending
        try:
            book = load_workbook(stream, read_only=True, data_only=values, keep_links=False)
        except DefusedXmlException as error:
            raise WorkbookUnsafe() from error
        except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, SyntaxError,
                AttributeError, OSError, EOFError) as error:  # fmt: skip
            raise WorkbookBroken() from error
        with closing(book):
            yield book


def _sheet(book: Any, name: str) -> Any:
    sheet = next((sheet for sheet in book.worksheets if sheet.title == name), None) or next(iter(book.worksheets), None)
    if sheet is None:
        raise FileEmpty()
    sheet.reset_dimensions()  # what the file says of its own size is not to be trusted
    return sheet


def _marked(values: Iterator[tuple[Any, ...]], formulas: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for shown, written in zip(values, formulas, strict=False):
        yield tuple(
            FORMULA if value is None and index < len(written) and written[index] is not None else value
            for index, value in enumerate(shown)
        )


def _numbered(found: Iterator[tuple[Any, ...]]) -> Iterator[Row]:
    for line, cells in enumerate(found, start=1):
        last = len(cells)
        while last and cells[last - 1] in (None, ""):
            last -= 1
        if last > MAX_COLUMNS:
            raise TooManyColumns(found=last, limit=MAX_COLUMNS)
        if last:
            yield Row(line, [_plain(cell) for cell in cells[:last]])


def _plain(cell: Any) -> object:
    """A cell as what the rest understands: text, number, day, moment, yes or no."""
    if cell is None:
        return ""
    if isinstance(cell, datetime) and cell.time() == time(0):
        return cell.date()
    if isinstance(cell, (str, int, date, Formula)):
        return cell
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < 1e15:
            return int(cell)
        return round(Decimal(repr(cell)), FLOAT_PLACES).normalize() if isfinite(cell) else str(cell)
    return str(cell)
