"""Which encoding the bytes of a text file are in: a decision with its evidence, which a person may overrule."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO

from django.utils.translation import gettext as _

# What a person may choose from, in the words of spreadsheet programs.
ENCODINGS: dict[str, str] = {
    "utf-8": "Unicode (UTF-8)",
    "utf-16": "Unicode (UTF-16)",
    "utf-16-le": "Unicode (UTF-16, little end first)",
    "utf-16-be": "Unicode (UTF-16, big end first)",
    "cp1252": "Western European (Windows-1252)",
    "cp1250": "Central European (Windows-1250)",
    "cp1251": "Cyrillic (Windows-1251)",
    "koi8-r": "Cyrillic (KOI8-R)",
    "cp866": "Cyrillic (DOS, 866)",
    "iso8859-2": "Central European (Latin-2)",
    "iso8859-15": "Western European (Latin-9)",
    "cp1253": "Greek (Windows-1253)",
    "cp1254": "Turkish (Windows-1254)",
    "cp1257": "Baltic (Windows-1257)",
    "cp850": "Western European (DOS, 850)",
    "mac-roman": "Western European (Macintosh)",
}
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
PROBE = 1 << 20
CHUNK = 1 << 18
# Letters that texts in these encodings are really made of, the frequent ones first.
LETTERS: dict[str, str] = {
    "cp1251": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "koi8-r": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "cp866": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "cp1252": "éäöüßèàçêáíóúñåøæãõâîôûëïœ",
    "cp1250": "áéíłóěšąęčřžýůśżćńůőűťďňźăşţđ",
    "iso8859-2": "áéíłóěšąęčřžýůśżćńůőűťďňźăşţđ",
    "cp1253": "αοιετσνηυρπκμλωόίάέήύώςγδθχφβξζψ",
    "cp1254": "ıişğüöçİŞĞÜÖÇ",
    "cp1257": "ėąčęįšųūžāēīķļņģõäöü",
    "cp850": "éäöüßèàçêáíóúñåøæãõâîôûëï",
    "mac-roman": "éäöüßèàçêáíóúñåøæãõâîôûëïœ",
}
# Of encodings that fit alike, the one that is more often met wins.
ORDER = ("cp1252", "cp1251", "cp1250", "cp1254", "koi8-r", "cp1253", "cp1257", "iso8859-2", "cp866", "cp850",
    "mac-roman")  # fmt: skip
_WORD = re.compile(rb"[A-Za-z0-9'\-]*[\x80-\xff][A-Za-z0-9'\-\x80-\xff]*")


@dataclass(frozen=True)
class Encoding:
    """The decision: a codec, why, words of the file as it reads them, and how sure it is."""

    codec: str
    reason: str
    words: tuple[str, ...] = ()
    is_sure: bool = True

    @property
    def label(self) -> str:
        return ENCODINGS.get(self.codec, self.codec)


def sniff(stream: BinaryIO) -> Encoding:
    """Decide from the whole file whether it is Unicode; else from its first words which code page it is in."""
    head = stream.read(PROBE)
    for mark, codec in BOMS:
        if head.startswith(mark):
            return Encoding(codec, _("The file begins with the mark of this encoding."))
    if codec := _utf16_without_mark(head):
        return Encoding(codec, _("Every second byte is empty, as in UTF-16."), is_sure=False)
    high, valid = _as_utf8(head, stream)
    if valid and not high:
        return Encoding("utf-8", _("The file holds plain letters only; it reads the same in any encoding."))
    if valid:
        reason = _("{count} letters beyond plain ones, all of them valid UTF-8.").format(count=f"{high:,}")
        return Encoding("utf-8", reason, _words(head, "utf-8"))
    return _code_page(head)


def _utf16_without_mark(head: bytes) -> str:
    """Text of two bytes a letter has empty bytes in it, and makes sense in one order of them only."""
    if b"\0" not in head[:4000]:
        return ""
    signs = {}
    for codec in ("utf-16-le", "utf-16-be"):
        text = head[:4000].decode(codec, errors="replace")
        signs[codec] = -1 if "\0" in text else sum(text.count(sign) for sign in " ,;\t\r\n.0123456789")
    best = max(signs, key=lambda codec: signs[codec])
    return best if signs[best] > len(head[:4000]) / 2 * 0.03 and min(signs.values()) < signs[best] else ""


def _as_utf8(head: bytes, rest: BinaryIO) -> tuple[int, bool]:
    """How many letters beyond ASCII there are, and whether all bytes are valid UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    count, chunk = 0, head
    try:
        while chunk:
            if chunk.isascii():
                decoder.decode(chunk)
            else:
                text = decoder.decode(chunk)
                count += sum(1 for letter in text if letter > "\x7f") if count < 10_000 else 0
            chunk = rest.read(CHUNK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return count, False
    return count, True


@cache
def _weights(codec: str) -> dict[str, float]:
    """Frequent letters weigh 1, rare ones half of it; capitals a little less."""
    letters = LETTERS[codec]
    found: dict[str, float] = {}
    for place, letter in enumerate(letters):
        weight = 1 - 0.5 * place / len(letters)
        found.setdefault(letter, weight)
        found.setdefault(letter.upper(), weight * 0.7)
    return found


def _code_page(head: bytes) -> Encoding:
    words = _WORD.findall(head)[:3000]
    scores = {codec: _score(words, codec) for codec in ORDER}
    best = max(ORDER, key=lambda codec: (round(scores[codec], 3), -ORDER.index(codec)))
    others = sorted((score for codec, score in scores.items() if codec != best), reverse=True)
    shown = _words(head, best)
    reason = _("The bytes are no UTF-8; read this way they make words: {words}.").format(words=", ".join(shown))
    return Encoding(best, reason, shown, is_sure=scores[best] - others[0] > 0.1)


def _score(words: list[bytes], codec: str) -> float:
    """How much the words look like words: usual letters for, signs inside words and wild capitals against."""
    weights, total, count = _weights(codec), 0.0, 0
    for word in words:
        text = word.decode(codec, errors="replace")
        for place, letter in enumerate(text):
            if letter <= "\x7f":
                continue
            count += 1
            if not letter.isalpha():
                inside = 0 < place < len(text) - 1
                total -= 1.5 if inside or letter == "\ufffd" else 0.3
                continue
            total += weights.get(letter, -0.6)
            if place and letter.isupper() and text[place - 1].islower():
                total -= 1.2
    return total / count if count else 0.0


def _words(head: bytes, codec: str) -> tuple[str, ...]:
    text = (b" ".join(_WORD.findall(head)[:200])).decode(codec, errors="replace")
    return tuple(dict.fromkeys(word for word in text.split() if len(word) > 2))[:4]
