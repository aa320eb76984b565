"""What a source file must look like: its columns with types, its key, its references and its rules."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.management.base import CommandError


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    required: bool


@dataclass(frozen=True)
class Refers:
    """`columns` name a row of `file` by its key. A row that names none is left out, or kept when `soft`."""

    columns: str
    file: str
    soft: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Rule:
    """`holds` is an SQL condition over the row `s`; a row that breaks it is left out, or kept when `soft`."""

    holds: str
    reason: str
    soft: bool = False


@dataclass(frozen=True)
class SourceFile:
    """One file of the set. `columns` reads like "OrderID:bigint! Name:text"; "!" means a value is required.

    `key` are the columns that name a row (blank-separated), `unique` further columns that must not repeat: the
    first line with a value wins. The staging table is `src_<name>`, its columns are
    those of the file in lower case plus `line_no`, the line of the file on which the row begins.
    """

    name: str
    columns: str
    key: str = ""
    unique: str = ""
    refers: tuple[Refers, ...] = ()
    rules: tuple[Rule, ...] = ()

    @property
    def table(self) -> str:
        return f"src_{self.name.lower()}"

    @property
    def fields(self) -> list[Column]:
        found = []
        for word in self.columns.split():
            name, kind = word.split(":")
            found.append(Column(name=name, type=kind.rstrip("!"), required=kind.endswith("!")))
        return found

    @property
    def keys(self) -> list[str]:
        return self.key.split()


def find_folder(path: str, folder: str, probe: str) -> Path:
    """The folder that holds the set: `path` itself or `folder` below it; CommandError when neither has `probe`."""
    for candidate in (Path(path), Path(path) / folder):
        if any((candidate / f"{probe}{ending}").is_file() for ending in (".csv", ".csv.gz")):
            return candidate
    raise CommandError(f"{probe}.csv or {probe}.csv.gz is neither in {path} nor in {Path(path) / folder}.")


@contextmanager
def open_source(folder: Path, name: str) -> Iterator[io.TextIOBase]:
    """The text of a source file, plain or gzipped; bytes that are not UTF-8 become U+FFFD and are reported later."""
    plain, packed = folder / f"{name}.csv", folder / f"{name}.csv.gz"
    if plain.is_file():
        with plain.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            yield stream
    elif packed.is_file():
        with gzip.open(packed, "rt", encoding="utf-8-sig", errors="replace", newline="") as stream:
            yield stream
    else:
        raise CommandError(f"{plain.name} is missing in {folder}.")


@dataclass(frozen=True)
class Ragged:
    """A line that cannot even be put into the columns of its file."""

    line: int
    reason: str


def read_rows(stream: io.TextIOBase, wanted: list[str], name: str) -> Iterator[list[str] | Ragged]:
    """The rows of a CSV file as [line, value …] in the order of `wanted`; broken ones as Ragged.

    The line is that on which the row begins, also where a quoted value spans several. Blanks that pad a value to
    a fixed width are cut off. Columns that are not wanted are passed over; CommandError, at once, when a wanted
    one is missing.
    """
    reader = csv.reader(stream)
    header = [title.strip() for title in next(reader, [])]
    missing = [column for column in wanted if column not in header]
    if missing:
        raise CommandError(f"{name}: no column {', '.join(missing)}; the file has {', '.join(header)}.")
    places = [header.index(column) for column in wanted]

    def rows() -> Iterator[list[str] | Ragged]:
        line = reader.line_num + 1
        for row in reader:
            text = "".join(row)
            if row and len(row) != len(header):
                yield Ragged(line, f"has {len(row)} fields where the header has {len(header)}")
            elif "\ufffd" in text or "\0" in text:
                yield Ragged(line, "is not valid UTF-8 text")
            elif row:
                yield [str(line), *(row[place].rstrip(" ") for place in places)]
            line = reader.line_num + 1

    return rows()
