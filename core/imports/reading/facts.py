"""What was found out about a file, so that a person can look at it and overrule it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from core.imports.reading import cards, delimited, encodings, workbooks
from core.imports.reading.dates import OrderEvidence
from core.imports.reading.dates import parse as parse_date
from core.imports.reading.delimited import Dialect, Row
from core.imports.reading.limits import MAX_FILE_BYTES, MIB, FileEmpty, FileTooLarge, FormatUnknown, OldWorkbook
from core.imports.reading.numbers import NUMBER, MarkEvidence, cleaned

SAMPLE_ROWS = 2_000
SHOWN_ROWS = 5
JUDGED = 200  # values of a column that tell what kind of column it is
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass
class Facts:
    """All that is needed to read a file once more, and why it is read so.

    `header_line` is the line of the headings, 0 when the file has none. `decimal` and `dates` may be chosen
    later from all values of the mapped columns. `notes` are remarks for people (what is not sure).
    """

    format: str
    encoding: str = ""
    encoding_reason: str = ""
    encoding_is_sure: bool = True
    delimiter: str = ","
    quote: str = '"'
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    has_formulas: bool = False
    header_line: int = 1
    headings: list[str] = field(default_factory=list)
    samples: list[list[str]] = field(default_factory=list)
    decimal: str = "."
    decimal_is_open: bool = False
    decimal_example: str = ""
    dates: str = "ymd"
    dates_are_open: bool = False
    dates_contradict: bool = False
    date_example: str = ""
    date_columns: list[int] = field(default_factory=list)
    number_columns: list[int] = field(default_factory=list)
    sampled_rows: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Facts:
        return cls(**stored)


def look(path: Path, options: dict[str, Any] | None = None) -> Facts:
    """Find out what a file is and how to read it; `options` hold what a person decided differently.

    Raises FileRefused with the reason when it cannot be imported at all.
    """
    options = {key: value for key, value in (options or {}).items() if value not in (None, "")}
    size = path.stat().st_size
    if size == 0:
        raise FileEmpty()
    if size > MAX_FILE_BYTES:
        raise FileTooLarge(limit=MAX_FILE_BYTES // MIB)
    facts = _kind(path)
    if facts.format == "xlsx":
        facts.has_formulas = workbooks.inspect(path).has_formulas
        facts.sheets = workbooks.sheets(path)
        facts.sheet = options["sheet"] if options.get("sheet") in facts.sheets else next(iter(facts.sheets), "")
    else:
        _find_encoding(path, facts, options)
    if facts.format == "csv":
        found = delimited.sniff(path, facts.encoding)
        facts.delimiter = options.get("delimiter", found.delimiter)
        facts.quote = options.get("quote", found.quote)
    sample = list(islice(_all_rows(path, facts), SAMPLE_ROWS))
    if not sample:
        raise FileEmpty()
    _find_headings(facts, sample, options)
    _find_forms(facts, [row for row in sample if row.line > facts.header_line], options)
    return facts


def _kind(path: Path) -> Facts:
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(OLE):
        raise OldWorkbook()
    if head.startswith(b"PK"):
        return Facts(format="xlsx")
    if head.startswith(
        (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"\x7fELF")
    ):
        raise FormatUnknown()
    if head.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").replace(b"\0", b"")[:11].upper() == b"BEGIN:VCARD":
        return Facts(format="vcard")
    return Facts(format="csv")


def _find_encoding(path: Path, facts: Facts, options: dict[str, Any]) -> None:
    with path.open("rb") as stream:
        found = encodings.sniff(stream)
    facts.encoding, facts.encoding_reason, facts.encoding_is_sure = found.codec, found.reason, found.is_sure
    if options.get("encoding") and options["encoding"] != found.codec:
        facts.encoding, facts.encoding_reason, facts.encoding_is_sure = options["encoding"], "", True


def _all_rows(path: Path, facts: Facts) -> Iterator[Row]:
    if facts.format == "xlsx":
        return workbooks.rows(path, facts.sheet, has_formulas=facts.has_formulas)
    if facts.format == "vcard":
        return cards.rows(path, facts.encoding)
    return delimited.rows(path, facts.encoding, Dialect(facts.delimiter, facts.quote))


def read(path: Path, facts: Facts) -> Iterator[Row]:
    """The rows below the headings, streamed, as `facts` say."""
    if facts.format == "xlsx":
        workbooks.inspect(path)
    return (row for row in _all_rows(path, facts) if row.line > facts.header_line)


def _find_headings(facts: Facts, sample: list[Row], options: dict[str, Any]) -> None:
    """The headings stand in the first row as wide as most rows, when it reads like headings."""
    if facts.format == "vcard":
        facts.header_line = 0
        facts.headings = [str(cell) for cell in sample[0].cells]
        del sample[0]
        if not sample:
            raise FileEmpty()
    else:
        widths = sorted(_width(row) for row in sample)
        usual = widths[(len(widths) - 1) // 2]
        first = next((row for row in sample[:20] if _width(row) >= max(usual * 0.6, 1)), sample[0])
        if "header_line" in options:
            facts.header_line = int(options["header_line"])
        else:
            facts.header_line = first.line if _reads_like_headings(first, sample) else 0
        head = next((row for row in sample if row.line == facts.header_line), None)
        width = max(_width(head), usual) if head else widths[-1]
        facts.headings = _headings(head, width)
    below = [row for row in sample if row.line > facts.header_line]
    if not below:
        raise FileEmpty()
    facts.samples = [[_shown(cell, 80) for cell in row.cells] for row in below[:SHOWN_ROWS]]
    facts.sampled_rows = len(below)


def _width(row: Row) -> int:
    """How many columns a row fills, empty ones at its end left out."""
    width = len(row.cells)
    while width and row.cells[width - 1] in ("", None):
        width -= 1
    return width


def _reads_like_headings(row: Row, sample: list[Row]) -> bool:
    texts = [str(cell).strip() for cell in row.cells]
    filled = [text for text in texts if text]
    if not filled or any(not isinstance(cell, str) for cell in row.cells):
        return False
    if any("@" in text or NUMBER.fullmatch(cleaned(text)) or parse_date(text, "dmy") for text in filled):
        return False
    if len({text.lower() for text in filled}) < len(filled) * 0.8 or max(map(len, filled)) > 80:
        return False
    return len(sample) > 1 or len(filled) > 1


def _headings(head: Row | None, width: int) -> list[str]:
    texts = [_shown(cell, 120).strip() for cell in head.cells] if head else []
    texts = [*texts, *[""] * (width - len(texts))][:width]
    return [text or _letters(place) for place, text in enumerate(texts)]


def _shown(cell: object, limit: int) -> str:
    """A cell for people; empty bytes cannot be stored."""
    return str(cell).replace("\x00", "\ufffd")[:limit]


def _letters(place: int) -> str:
    """A, B, … Z, AA: how spreadsheet programs name a column."""
    name, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def _is_date(text: str) -> bool:
    return any(letter.isdigit() for letter in text) and bool(parse_date(text, "dmy") or parse_date(text, "mdy"))


def _find_forms(facts: Facts, sample: list[Row], options: dict[str, Any]) -> None:
    """Decide the decimal mark and the order of dates from the values of columns that look like such."""
    marks, orders = MarkEvidence(), OrderEvidence()
    for place in range(len(facts.headings)):
        texts = [
            cell
            for row in sample
            if len(row.cells) > place and isinstance(cell := row.cells[place], str) and cell.strip()
        ]
        some = texts[:JUDGED]
        dates = sum(1 for text in some if len(text) <= 40 and _is_date(text))
        numbers = sum(1 for text in some if len(text) <= 30 and NUMBER.fullmatch(cleaned(text)))
        if some and dates >= len(some) * 0.7:
            facts.date_columns.append(place)
            orders.look_at(texts)
        elif some and numbers >= len(some) * 0.7:
            facts.number_columns.append(place)
            marks.look_at(texts)
    facts.decimal = options.get("decimal") or marks.decide("," if facts.delimiter == ";" else ".")
    facts.decimal_is_open = marks.is_open and "decimal" not in options
    facts.decimal_example = marks.example
    facts.dates = options.get("dates") or orders.decide()
    facts.dates_are_open = orders.is_open and "dates" not in options
    facts.dates_contradict = orders.contradicts_itself and "dates" not in options
    facts.date_example = orders.example
