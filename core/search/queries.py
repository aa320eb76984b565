"""What somebody typed, read: words that must all occur, each in one of its spellings.

Digits written in groups may be a phone or a number (`90 123 45 67`), so they count as one word as well; a phone may
be typed in its national form, with a leading zero or an 8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q

from core.search import folding

LONGEST = 100
MOST_WORDS = 8
LONGEST_SLIPPED = 12  # what follows a later slip is short beside what stands before it
TYPO_LETTERS = 5  # shorter words look like too many others, and leave the index nothing to hold on to
SHORT = 3  # from this length on a word is found anywhere, a shorter one only where a word begins
_DIGITS = re.compile(r"[0-9]+")
_MAIL = re.compile(r"\S*@\S*")
_NATIONAL = re.compile(r"(?:00|0|8)(?=[0-9]{6})")


@dataclass(frozen=True)
class Word:
    """One word of a query. One of `spellings` has to occur, each being parts that must all occur."""

    spellings: tuple[tuple[str, ...], ...]

    def anywhere(self) -> Q:
        return self._any(lambda part: Q(text__contains=part if len(part) >= SHORT else f" {part}"))

    def at_beginnings(self) -> Q:
        return self._any(lambda part: Q(text__contains=f" {part}"))

    def much_alike(self) -> Q:
        if not self.is_long:
            return self.at_beginnings()
        return self._any(lambda part: Q(text__regex=_slips(part)))

    @property
    def is_long(self) -> bool:
        """Long enough for a typo; numbers and whole addresses look alike and mean something else."""
        return all(
            len(part) >= TYPO_LETTERS and part.isalnum() and not part.isdigit()
            for parts in self.spellings
            for part in parts
        )

    def _any(self, condition: Any) -> Q:
        return reduce(or_, (reduce(and_, map(condition, parts)) for parts in self.spellings))


@dataclass(frozen=True)
class Query:
    """A search text. `#` in front means a number, `>` a command."""

    typed: str

    @cached_property
    def text(self) -> str:
        return self.typed.replace("\x00", "").strip()[:LONGEST]

    @property
    def is_command(self) -> bool:
        return self.text.startswith(">")

    @property
    def is_number(self) -> bool:
        return self.text.startswith("#")

    @cached_property
    def code(self) -> str:
        """The whole text as one number, without punctuation."""
        return folding.code(self.text)

    @cached_property
    def codes(self) -> list[str]:
        """What may stand as a whole number, tax number or phone: only texts with a digit."""
        if not _DIGITS.search(self.code):
            return []
        return list(dict.fromkeys([self.code, _NATIONAL.sub("", self.code, count=1)]))

    @cached_property
    def folded(self) -> list[str]:
        """The text in its spellings, as a sort key begins."""
        return [text for text in folding.folds(self.text) if text]

    @cached_property
    def words(self) -> list[Word]:
        """An address with @ stays one phrase; everything else falls into words."""
        found: list[Word] = []
        rest = _MAIL.sub(" ", self.text)
        for address in _MAIL.findall(self.text):
            phrases = [text for text in folding.folds(address) if text]
            found += [Word(tuple((phrase,) for phrase in phrases))] if phrases else []
        digits: list[str] = []
        for spelled in zip(*(text.split() for text in folding.folds(rest)), strict=True):
            spellings = tuple(dict.fromkeys(spelled))
            if len(spellings) == 1 and _DIGITS.fullmatch(spellings[0]):
                digits.append(spellings[0])
                continue
            found += [*_numeric(digits), Word(tuple((spelling,) for spelling in spellings))]
            digits = []
        return [*found, *_numeric(digits)][:MOST_WORDS]

    def anywhere(self) -> Q:
        """All words occur; short ones begin a word."""
        return reduce(and_, (word.anywhere() for word in self.words), Q())

    def begins_words(self, text: str) -> bool:
        """Does each word begin a word of an entry's text?"""
        return all(any(all(f" {part}" in text for part in parts) for parts in word.spellings) for word in self.words)

    def much_alike(self) -> Q:
        """Each word of some length occurs, or one a slip away; short ones begin a word."""
        return reduce(and_, (word.much_alike() for word in self.words), Q())

    @cached_property
    def parts(self) -> list[str]:
        """Everything that may have been found, for marking it; the longest first."""
        parts = {part for word in self.words for parts in word.spellings for part in parts}
        return sorted(parts, key=lambda part: (-len(part), part))


def _slips(word: str) -> str:
    """Beginnings of words one slip away: a wrong, missing or superfluous letter, or two in each other's place.

    An expression the trigram index can read; a measure of likeness would have to be taken of thousands of texts.
    """
    places = range(min(len(word), LONGEST_SLIPPED))
    other = [f"{word[:at]}.{{0,2}}{word[at + 1 :]}" for at in places]
    turned = [f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}" for at in places if at + 1 < len(word)]
    return f" ({'|'.join([*other, *turned])})"


def _numeric(groups: list[str]) -> list[Word]:
    """Groups of digits in a row: as one number, without a trunk prefix, or each for itself."""
    if not groups:
        return []
    joined = "".join(groups)
    spellings = [(joined,), (_NATIONAL.sub("", joined, count=1),), tuple(groups)]
    return [Word(tuple(dict.fromkeys(spellings)))]
