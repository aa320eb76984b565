"""Delimited text: its separator, its quotes, the line of its headings, and its rows one after the other."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.imports.reading.limits import (
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    EncodingUnfit,
    LineUnreadable,
    TooManyColumns,
)

DELIMITERS = {",": ",", ";": ";", "\t": "tab", "|": "|"}
QUOTES = ('"', "'")
SAMPLE_LINES = 200


@dataclass(frozen=True)
class Dialect:
    delimiter: str
    quote: str


@dataclass(frozen=True)
class Row:
    """One row of a file with the line on which it begins; `cells` are texts, numbers or moments."""

    line: int
    cells: list[object]


def open_text(path: Path, codec: str) -> io.TextIOBase:
    """The text of a file; bytes that do not fit become U+FFFD and are reported cell by cell. Raises EncodingUnfit."""
    try:
        return path.open(encoding="utf-8-sig" if codec == "utf-8" else codec, errors="replace", newline="")
    except LookupError as error:
        raise EncodingUnfit(encoding=codec) from error


def sniff(path: Path, codec: str) -> Dialect:
    """The separator that cuts the first lines into the most even columns, with the quotes that stand around values."""
    with open_text(path, codec) as stream:
        lines = list(_first_lines(stream))
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].strip()) == 5:
        return Dialect(lines[0].strip()[4], '"')
    quote = _quote(lines)
    scores = {delimiter: _evenness(lines, delimiter, quote) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    return Dialect(best if scores[best] > 0 else ",", quote)


def _first_lines(stream: io.TextIOBase) -> Iterator[str]:
    for _number in range(SAMPLE_LINES):
        try:
            line = stream.readline(MAX_CELL_CHARACTERS)
        except (UnicodeError, ValueError):
            return
        if not line:
            return
        if line.strip():
            yield line


def _quote(lines: list[str]) -> str:
    """Double quotes, unless only single ones stand at the edges of values."""
    text = "\n".join(line.strip() for line in lines)
    single = sum(text.count(f"'{delimiter}'") for delimiter in DELIMITERS)
    double = sum(text.count(f'"{delimiter}"') for delimiter in DELIMITERS)
    return "'" if single > double else '"'


def _evenness(lines: list[str], delimiter: str, quote: str) -> float:
    """The share of rows with the most frequent width, times that width; nothing when rows have one column."""
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter, quotechar=quote) if row)
    except csv.Error:
        return 0
    if not widths:
        return 0
    width, count = max(widths.items(), key=lambda item: (item[1] * min(item[0], 8), item[0]))
    if width < 2:
        return 0
    return count / sum(widths.values()) * (1 + min(width, 30) / 30)


def rows(path: Path, codec: str, dialect: Dialect) -> Iterator[Row]:
    """Every row that holds something, streamed; the `sep=` line of spreadsheet programs is passed over.

    Raises LineUnreadable, TooManyColumns, EncodingUnfit.
    """
    with open_text(path, codec) as stream:
        reader = csv.reader(_lines(stream, codec), delimiter=dialect.delimiter, quotechar=dialect.quote)
        line = 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise LineUnreadable(line=line) from error
            if len(cells) > MAX_COLUMNS and any(cell.strip() for cell in cells[MAX_COLUMNS:]):
                raise TooManyColumns(found=len(cells), limit=MAX_COLUMNS)
            if any(cells) and not (line == 1 and len(cells) <= 2 and cells[0].lower().startswith("sep=")):
                yield Row(line, list(cells))
            line = reader.line_num + 1


def _lines(stream: io.TextIOBase, codec: str) -> Iterator[str]:
    """The lines; one without an end is cut where no honest line is that long, so that memory stays small."""
    longest = MAX_CELL_CHARACTERS * 8
    while True:
        try:
            line = stream.readline(longest)
        except UnicodeError as error:
            raise EncodingUnfit(encoding=codec) from error
        if not line:
            return
        yield line
