"""What a file is: encoding, separator, headings, decimals and dates, and what is refused. The files are made here."""

from __future__ import annotations

import io
import json
import resource
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from core.imports import reading
from core.imports.reading import cards, dates, numbers, workbooks
from core.imports.reading.limits import MAX_COLUMNS, FileRefused

CONTACTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "contacts"  # beside the checkout
RUSSIAN = (
    "Имя;Компания;Сумма;Дата\nИван Петров;ООО Ромашка;1 234,50;31.12.2026\nМария Щукина;ИП Ёлкин;12,5;01.02.2026\n"
)
GERMAN = (
    "Name;Firma;Straße;Betrag\nJörg Müller;Müller & Söhne;Königstraße 5;1.234,56\nBärbel Groß;Weiß AG;Höfe 3;99,00\n"
)
POLISH = "Nazwa,Miasto\nSpółka Żółw,Łódź\nPrzedsiębiorstwo Świętokrzyskie,Kielce\nJaśmin,Częstochowa\n"


def look(tmp_path: Path, content: bytes, **options):
    path = tmp_path / "file"
    path.write_bytes(content)
    return path, reading.look(path, options)


@pytest.mark.parametrize(
    ("text", "codec", "found"),
    [
        *[
            (RUSSIAN, codec, codec)
            for codec in ("utf-8", "cp1251", "koi8-r", "cp866", "utf-16", "utf-16-le", "utf-16-be")
        ],
        (RUSSIAN, "utf-8-sig", "utf-8"),
        *[(GERMAN, codec, codec) for codec in ("utf-8", "cp1252", "cp850", "mac-roman")],
        (POLISH, "cp1250", "cp1250"),
        (POLISH, "iso8859-2", "iso8859-2"),
    ],
)
def test_the_encoding_is_found_out_and_the_text_is_whole(tmp_path, text, codec, found):
    path, facts = look(tmp_path, text.encode(codec))
    assert facts.encoding == found
    assert facts.headings == text.splitlines()[0].replace(",", ";").split(";")
    first = next(reading.read(path, facts))
    assert first.cells[0] == text.splitlines()[1].replace(",", ";").split(";")[0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found_out(tmp_path, delimiter):
    rows = [["Name", "City", "Note"], ["Ada", "Berlin", 'says "hi"'], ["Bo, jr; sr|x", "Köln", "two\nlines"]]
    text = "\r\n".join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    path, facts = look(tmp_path, text.encode())
    assert facts.delimiter == delimiter
    assert [row.cells for row in reading.read(path, facts)] == rows[1:]
    assert [row.line for row in reading.read(path, facts)] == [2, 3]


def test_excels_own_line_says_the_separator(tmp_path):
    path, facts = look(tmp_path, b"sep=;\nName;City\nAda;Berlin\n")
    assert (facts.delimiter, facts.headings, facts.header_line) == (";", ["Name", "City"], 2)
    assert [row.cells for row in reading.read(path, facts)] == [["Ada", "Berlin"]]


def test_a_file_without_headings_and_one_with_a_title_above(tmp_path):
    _path, bare = look(tmp_path, b"ada@example.com,12\nbo@example.com,13\n")
    assert (bare.header_line, bare.headings) == (0, ["A", "B"])
    _path, titled = look(tmp_path, b"Customer list 2026\n\nName,City,Zip\nAda,Berlin,10115\nBo,Bonn,53111\n")
    assert (titled.header_line, titled.headings) == (3, ["Name", "City", "Zip"])


@pytest.mark.parametrize(
    ("values", "order", "is_open", "contradicts"),
    [
        (["31.12.2026", "01.02.2026"], "dmy", False, False),
        (["12/31/2026", "01/02/2026"], "mdy", False, False),
        (["31/12/2026", "01/02/2026"], "dmy", False, False),
        (["2026-12-31", "2026-02-01"], "ymd", False, False),
        (["01/02/2026", "03/04/2026"], "dmy", True, False),
        (["31/12/2026", "12/31/2026", "30/11/2026"], "dmy", False, True),
    ],
)
def test_the_order_of_dates_follows_from_all_values(tmp_path, values, order, is_open, contradicts):
    _path, facts = look(tmp_path, ("Name,Day\n" + "".join(f"x,{value}\n" for value in values)).encode())
    assert (facts.dates, facts.dates_are_open, facts.dates_contradict) == (order, is_open, contradicts)


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("31.12.2026", "dmy", "2026-12-31"), ("12/31/26", "mdy", "2026-12-31"), ("20261231", "dmy", "2026-12-31"),
        ("31 Dec 2026", "mdy", "2026-12-31"), ("Dec 31, 2026", "dmy", "2026-12-31"), ("1. März 2026", "dmy",
            "2026-03-01"),
        ("5 мая 2026", "dmy", "2026-05-05"), ("2026-12-31T10:30:00Z", "dmy", "2026-12-31 10:30:00+00:00"),
        ("31.12.2026 22:15", "dmy", "2026-12-31 22:15:00"), ("31/02/2026", "dmy", "None"), ("13/13/2026", "mdy",
            "None"),
        ("tomorrow", "dmy", "None"), ("2026-12-31 00:00:00", "dmy", "2026-12-31"),
    ],
)  # fmt: skip
def test_dates_are_read_as_they_are_written(text, order, day):
    assert str(dates.parse(text, order)) == day


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1,234.56", ".", "1234.56"), ("1.234,56", ",", "1234.56"), ("1 234,5", ",", "1234.5"), ("€ 99.90", ".",
            "99.90"),
        ("(12.50)", ".", "-12.50"), ("12,50-", ",", "-12.50"), ("1'234.5", ".", "1234.5"), ("12,5", ".", "None"),
        ("1.23", ",", "None"), ("1e5", ".", "None"), ("NaN", ".", "None"), ("", ".", "None"), ("1,234", ".", "1234"),
    ],
)  # fmt: skip
def test_numbers_are_read_with_one_decimal_mark(text, mark, value):
    assert str(numbers.parse(text, mark)) == value


@pytest.mark.parametrize(
    ("values", "mark", "is_open"),
    [
        (["1.234,56", "12,5"], ",", False),
        (["1,234.56"], ".", False),
        (["1,234", "5,678"], ".", True),
        (["7", "8"], ".", False),
    ],
)
def test_the_decimal_mark_follows_from_all_values(tmp_path, values, mark, is_open):
    _path, facts = look(
        tmp_path, ("Name;Sum\n" + "".join(f'x;"{value}"\n' for value in values)).encode(), delimiter=";"
    )
    assert facts.decimal_is_open is is_open
    assert facts.decimal == (mark if not is_open and values != ["7", "8"] else ",")


@pytest.mark.parametrize("name", ["John_Doe_GMAIL.vcf", "John_Doe_MS_OUTLOOK.vcf"])
@pytest.mark.skipif(not CONTACTS.exists(), reason="the sample files are not beside the checkout")
def test_vcards_of_other_programs_are_read_whole(name):
    truths = json.loads((CONTACTS.parent / "truths.json").read_text())["truths"]
    truth = next(one["value"] for one in truths if one["id"] == f"fmt.contacts/{name}")
    found = list(cards.cards(CONTACTS / name, "utf-8"))
    assert len(found) == truth["cards"]
    assert [card.version for card in found] == truth["version"]
    assert sum(len(card.all("EMAIL")) for card in found) == truth["emails"]
    assert sum(len(card.all("TEL")) for card in found) == truth["phones"]
    assert sum(len(card.all("ADR")) for card in found) == truth["addresses"]
    assert any(card.has_photo for card in found) is truth["photo"]
    assert any(card.uses_quoted_printable for card in found) is truth["quoted_printable"]


def test_a_vcard_with_quoted_printable_folding_and_version_4(tmp_path):
    text = (
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg\r\n"
        "ADR;WORK;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;K=C3=B6nigstra=\r\n=C3=9Fe 5;Berlin;;10115;Germany\r\n"
        "TEL;CELL:+49 170 1234567\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada Lovelace\r\nORG:Analytical\\, Ltd;Design\r\n"
        "TEL;VALUE=uri;TYPE=work:tel:+44\r\n"
        "  20 7946 0000\r\nEMAIL;PREF=1:ada@example.com\r\nEND:VCARD\r\n"
    )
    path, facts = look(tmp_path, text.encode())
    first, second = (dict(zip(facts.headings, row.cells, strict=True)) for row in reading.read(path, facts))
    assert facts.format == "vcard"
    assert (first["First name"], first["Last name"], first["Street"], first["City"]) == (
        "Jörg",
        "Müller",
        "Königstraße 5",
        "Berlin",
    )
    assert first["Mobile"] == "+49 170 1234567"
    assert (second["First name"], second["Last name"], second["Company"]) == ("", "", "Analytical, Ltd")
    assert (second["Phone"].replace(" ", ""), second["E-mail"]) == ("+442079460000", "ada@example.com")


def workbook(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_keeps_the_types_of_its_cells(tmp_path):
    from datetime import date
    from decimal import Decimal

    content = workbook(["Name", "Since", "Sum", "Count"], ["Ada", date(2026, 12, 31), 0.1 + 0.2, 3])
    path, facts = look(tmp_path, content)
    assert facts.format == "xlsx"
    assert [row.cells for row in reading.read(path, facts)] == [["Ada", date(2026, 12, 31), Decimal("0.3"), 3]]


def test_a_formula_without_a_result_is_told_from_an_empty_cell(tmp_path):
    path, facts = look(tmp_path, workbook(["Name", "Sum"], ["Ada", "=1+1"], ["Bo", None], ["Cy", 3]))
    assert facts.has_formulas
    cells = [row.cells for row in reading.read(path, facts)]
    assert cells[0][1] is workbooks.FORMULA
    assert cells[1] == ["Bo"]


def packed(files: dict[str, bytes], *, level: int = 9) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """A real workbook in which one part is another."""
    parts = zipfile.ZipFile(io.BytesIO(workbook(["Name"], ["Ada"])))
    return packed({**{one: parts.read(one) for one in parts.namelist()}, name: content})


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&b;</t></si></sst>'
)
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    b'<c r="A1" t="inlineStr"><is><t>&file;</t></is></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\n\n\n", "file_empty"),
        (b"Name,City\n", "file_empty"),
        (b"%PDF-1.7 something", "format_unknown"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old excel", "old_workbook"),
        (b"PK\x03\x04broken", "workbook_broken"),
        (packed({"readme.txt": b"hello"}), "format_unknown"),
        (packed({"[Content_Types].xml": b"<x/>"}), "workbook_broken"),
        (packed({f"part{n}": b"" for n in range(2_100)}), "workbook_bomb"),
        (packed({"[Content_Types].xml": b"<x/>", "xl/worksheets/sheet1.xml": b"0" * 120 * 1024 * 1024}),
            "workbook_bomb"),
        (packed({"[Content_Types].xml": b"<x/>", "xl/worksheets/sheet1.xml": b"0" * 9 * 1024 * 1024}), "workbook_bomb"),
        (with_part("xl/sharedStrings.xml", LAUGHS), "workbook_unsafe"),
        (with_part("xl/worksheets/sheet1.xml", OUTSIDE), "workbook_unsafe"),
        (with_part("xl/workbook.xml", OUTSIDE), "workbook_unsafe"),
        (with_part("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row></worksheet>"), "workbook_broken"),
        (workbook(["Name"], ["Ada"])[:-60], "workbook_broken"),
        (b"Name,City\n" + b"a," * 100_000 + b"b\n", None),
        ((",".join(f"c{n}" for n in range(100_000)) + "\n" + ",".join("x" * 100_000) + "\n").encode(),
            "too_many_columns"),
        (b'Name,City\n"never closed,Berlin\n' + b"x,y\n" * 60_000, "line_unreadable"),
    ],
)  # fmt: skip
def test_what_cannot_be_imported_is_refused_in_words(tmp_path, content, code):
    if code is None:  # trailing separators alone are no columns
        content, code = b"Name,City\n" + b"a," + b"," * (MAX_COLUMNS - 2) + b"\n", ""
    try:
        path, facts = look(tmp_path, content)
        list(reading.read(path, facts))
        assert code == ""
    except FileRefused as refused:
        assert refused.code == code
        assert "{" not in str(refused)


def test_a_part_that_lies_about_its_size_is_refused(tmp_path):
    content = bytearray(with_part("xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * 5000))
    place = content.rfind(b"xl/worksheets/sheet1.xml") - 46 + 24  # the unpacked size in the central directory
    content[place : place + 4] = (10).to_bytes(4, "little")
    with pytest.raises(FileRefused):
        path, facts = look(tmp_path, bytes(content))
        list(reading.read(path, facts))


@pytest.mark.parametrize(
    "content", [bytes(range(256)) * 40, b"\x00" * 5000, b"a\x00b,c\nd,e\n" * 50, b"\xff\xfea", b"\xef\xbb\xbf"]
)
def test_bytes_without_sense_raise_nothing_but_a_refusal(tmp_path, content):
    try:
        path, facts = look(tmp_path, content)
        list(reading.read(path, facts))
    except FileRefused as refused:
        assert str(refused)


def test_a_long_file_is_streamed(tmp_path):
    path = tmp_path / "long.csv"
    with path.open("w") as out:
        out.write("Name,City,Number\n")
        for number in range(60_000):
            out.write(f"Somebody {number},Some City,{number}\n")
    facts = reading.look(path)
    tracemalloc.start()
    assert sum(1 for _row in reading.read(path, facts)) == 60_000
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * 1024 * 1024
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0
