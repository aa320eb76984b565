"""vCard 2.1, 3.0 and 4.0: the contacts of mail programs and telephones, as rows of one table."""

from __future__ import annotations

import binascii
import io
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.imports.reading.delimited import Row
from core.imports.reading.limits import MAX_CELL_CHARACTERS

# The columns a card is laid out in; a fixed heading for each, which the mapping knows.
COLUMNS = (
    "UID", "Full name", "Title", "First name", "Middle name", "Last name", "Suffix", "Company", "Department",
        "Position",
    "E-mail", "E-mail 2", "Phone", "Phone 2", "Mobile", "Street", "Postcode", "City", "Region", "Country",
        "Web address",
    "Birthday", "Note",
)  # fmt: skip
LONGEST_CARD = 2_000  # lines; a longer one is cut off and its rest passed over
_SPLIT = re.compile(r"(?<!\\);")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True)
class Property:
    """One property: name in capitals, parameters (types as a set), and the decoded text, still with its escapes."""

    name: str
    types: frozenset[str]
    text: str

    @property
    def value(self) -> str:
        return _unescaped(self.text).strip()

    @property
    def parts(self) -> list[str]:
        return [_unescaped(part).strip() for part in _SPLIT.split(self.text)]


@dataclass
class Card:
    """One contact with the line it begins on."""

    line: int
    version: str = ""
    properties: list[Property] = field(default_factory=list)
    has_photo: bool = False
    uses_quoted_printable: bool = False

    def all(self, name: str) -> list[Property]:
        return [one for one in self.properties if one.name == name]

    def first(self, name: str) -> str:
        return next((one.value for one in self.all(name) if one.value), "")


def cards(path: Path, codec: str) -> Iterator[Card]:
    """Every card of a file, streamed. Pictures are noticed and not kept; what is no card is passed over."""
    card: Card | None = None
    for line, text in _unfolded(path, codec):
        head = text.strip().upper()
        if head == "BEGIN:VCARD":
            card = Card(line)
        elif card is None:
            continue
        elif head == "END:VCARD":
            yield card
            card = None
        else:
            _add(card, text, codec)
    if card is not None and card.properties:
        yield card


def _unfolded(path: Path, codec: str) -> Iterator[tuple[int, str]]:
    """Logical lines: folded ones joined, soft line ends of quoted-printable too; each with its first line."""
    pending, began, in_quoted = "", 0, False
    with path.open("rb") as stream:
        is_utf8 = codec == "utf-8"
        raw = io.TextIOWrapper(
            stream, "utf-8-sig" if is_utf8 else codec, errors="surrogateescape" if is_utf8 else "replace"
        )
        for number, ended in enumerate(raw, start=1):
            line = ended.rstrip("\r\n")[:MAX_CELL_CHARACTERS]
            if in_quoted:
                pending = pending[:-1] + line
            elif line[:1] in (" ", "\t") and pending:
                pending = (pending + line[1:])[:MAX_CELL_CHARACTERS]
            else:
                if pending:
                    yield began, pending
                pending, began = line, number
            in_quoted = pending.endswith("=") and "QUOTED-PRINTABLE" in pending.partition(":")[0].upper()
    if pending:
        yield began, pending


def _add(card: Card, text: str, codec: str) -> None:
    head, colon, value = text.partition(":")
    if not colon or len(card.properties) >= LONGEST_CARD:
        return
    name, *parameters = head.split(";")
    name = name.rpartition(".")[2].strip().upper()
    types, encoding, charset = set[str](), "", ""
    for parameter in parameters:
        key, equals, said = parameter.partition("=")
        key, said = key.strip().upper(), said.strip().strip('"')
        if key == "ENCODING":
            encoding = said.upper()
        elif key == "CHARSET":
            charset = said
        elif key == "TYPE":
            types |= {word.strip().upper() for word in said.split(",")}
        elif not equals:  # version 2.1 writes types and encodings bare
            encoding = key if key in ("QUOTED-PRINTABLE", "BASE64") else encoding
            types.add(key)
        elif key == "PREF":
            types.add("PREF")
    card.uses_quoted_printable |= encoding == "QUOTED-PRINTABLE"
    if name == "VERSION":
        card.version = value.strip()
    elif name in ("PHOTO", "LOGO", "SOUND", "KEY"):
        card.has_photo |= name == "PHOTO"
    else:
        card.properties.append(Property(name, frozenset(types), _decoded(value, encoding, charset, codec)))


def _decoded(value: str, encoding: str, charset: str, codec: str) -> str:
    if encoding == "QUOTED-PRINTABLE":
        raw = quopri.decodestring(value.encode("utf-8", errors="surrogateescape"))
    elif encoding in ("B", "BASE64"):
        try:
            raw = binascii.a2b_base64(value)
        except (binascii.Error, ValueError):
            return ""
    elif charset:
        raw = value.encode(
            "utf-8" if codec == "utf-8" else codec, errors="surrogateescape" if codec == "utf-8" else "replace"
        )
    else:
        return value.encode("utf-8", errors="surrogateescape").decode("utf-8", errors="replace")
    try:
        return raw.decode(charset or "utf-8")
    except (UnicodeDecodeError, LookupError):
        return raw.decode("cp1252", errors="replace")


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found.group(1) in "nN" else found.group(1), text)


def rows(path: Path, codec: str) -> Iterator[Row]:
    """The cards as rows; the first row are the headings (line 0)."""
    yield Row(0, list(COLUMNS))
    for card in cards(path, codec):
        yield Row(card.line, list(_laid_out(card)))


def _laid_out(card: Card) -> list[str]:
    last, first, middle, title, suffix = (_padded(card, "N", 5))[:5]
    company, department = _padded(card, "ORG", 2)[:2]
    box, extended, street, city, region, postcode, country = _padded(card, "ADR", 7)[:7]
    mails = [one.value.removeprefix("mailto:") for one in _preferred(card, "EMAIL")]
    phones: list[str] = []
    mobiles: list[str] = []
    for one in _preferred(card, "TEL"):
        if one.types & {"FAX", "PAGER"}:
            continue
        (mobiles if one.types & {"CELL", "MOBILE"} else phones).append(one.value.removeprefix("tel:"))
    if not (first or last or company):
        first, _blank, last = card.first("FN").rpartition(" ")
    web = card.first("URL")
    return [
        card.first("UID"), card.first("FN"), title, first, middle.replace(",", " ").strip(), last, suffix, company,
        department, card.first("TITLE") or card.first("ROLE"), *_two(mails), *_two(phones), (mobiles or [""])[0],
        "\n".join(part for part in (box, extended, street) if part), postcode, city, region, country, web,
        card.first("BDAY"), card.first("NOTE"),
    ]  # fmt: skip


def _padded(card: Card, name: str, count: int) -> list[str]:
    found = next(iter(_preferred(card, name)), None)
    parts = found.parts if found else []
    return [*parts, *[""] * (count - len(parts))]


def _preferred(card: Card, name: str) -> list[Property]:
    return sorted((one for one in card.all(name) if one.value.strip("; ")), key=lambda one: "PREF" not in one.types)


def _two(found: list[str]) -> list[str]:
    return [*found[:2], *[""] * (2 - len(found[:2]))]
