"""Numbers as people write them: which sign parts the decimals, and the value of a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_PLAIN = re.compile(r"-?\d{1,15}(\.\d{1,9})?")
_CURRENCY = "EUR|USD|GBP|CHF|PLN|RUB|UAH|SEK|NOK|DKK|CZK"
_DECORATION = re.compile(
    rf"[\s\u00a0\u202f\u2009'’_]|[€$£¥₽₴₸%]|^(?:{_CURRENCY})|(?:{_CURRENCY}|kg|pcs?)\.?$",
    re.IGNORECASE)  # fmt: skip
_GROUPED = re.compile(r"\d{1,3}([.,])\d{3}(\1\d{3})*")
NUMBER = re.compile(r"[-+]?\d+([.,]\d+)*")
MARKS = {".": "1,234.56", ",": "1.234,56"}


def cleaned(text: str) -> str:
    """The digits, signs and marks of a number: blanks, currency signs, percent signs and brackets taken off."""
    text = text.strip().replace("−", "-").replace("–", "-")
    negative = (text.startswith("(") and text.endswith(")")) or text.endswith("-")
    bare = _DECORATION.sub("", text.strip("()").rstrip("-"))
    return f"-{bare}" if negative and not bare.startswith("-") else bare


@dataclass
class MarkEvidence:
    """How many values speak for a decimal point, how many for a comma, and how many could be either."""

    point: int = 0
    comma: int = 0
    unclear: int = 0
    example: str = ""

    def look_at(self, values: Iterable[str]) -> None:
        for text in values:
            if "," not in text and "." not in text:
                continue
            bare = cleaned(text)
            if not NUMBER.fullmatch(bare):
                continue
            mark = _decimal_mark(bare)
            if mark == ".":
                self.point += 1
            elif mark == ",":
                self.comma += 1
            else:
                self.unclear += 1
                self.example = self.example or text.strip()

    def decide(self, default: str) -> str:
        return default if self.point == self.comma else "." if self.point > self.comma else ","

    @property
    def is_open(self) -> bool:
        """True when nothing in the file decides, though something should."""
        return bool(self.unclear) and not self.point and not self.comma


def _decimal_mark(bare: str) -> str:
    """ "." or "," when the number can be read in one way only, else nothing."""
    bare = bare.lstrip("+-")
    last_point, last_comma = bare.rfind("."), bare.rfind(",")
    if last_point >= 0 and last_comma >= 0:
        return "." if last_point > last_comma else ","
    mark = "." if last_point >= 0 else ","
    if bare.count(mark) > 1:
        return "," if mark == "." else "."
    if _GROUPED.fullmatch(bare) and not bare.startswith("0"):
        return ""
    return mark


def parse(text: str, decimal_mark: str) -> Decimal | None:
    """The value of a number; None when the text is none in this notation. No exponent, no infinity."""
    if _PLAIN.fullmatch(text) and (decimal_mark == "." or "." not in text):
        return Decimal(text)
    bare = cleaned(text)
    if not NUMBER.fullmatch(bare):
        return None
    whole, mark, rest = bare.partition(decimal_mark)
    grouping = "," if decimal_mark == "." else "."
    if grouping in rest or (mark and decimal_mark in rest):
        return None
    if grouping in whole and not _GROUPED.fullmatch(whole.lstrip("+-")):
        return None
    try:
        return Decimal(whole.replace(grouping, "") + (f".{rest}" if rest else ""))
    except InvalidOperation:
        return None
