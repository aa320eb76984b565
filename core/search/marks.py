"""Marks in a name the letters by which it was found, whatever spelling they were typed in."""

from __future__ import annotations

from dataclasses import dataclass

from core.search import folding
from core.search.queries import Query


@dataclass(frozen=True)
class Piece:
    """A part of a text; `is_found` when it is what was looked for."""

    text: str
    is_found: bool = False


def marked(text: str, query: Query) -> list[Piece]:
    """The text in pieces. Beginnings of words are marked; where a word begins none, its first place elsewhere."""
    found = [False] * len(text)
    for spelled, places in _spellings(text):
        for part in query.parts:
            for start in _starts(spelled, part):
                for place in range(places[start], places[start + len(part) - 1] + 1):
                    found[place] = True
        if any(found):
            break
    pieces: list[Piece] = []
    for letter, is_found in zip(text, found, strict=True):
        if pieces and pieces[-1].is_found is is_found:
            pieces[-1] = Piece(pieces[-1].text + letter, is_found)
        else:
            pieces.append(Piece(letter, is_found))
    return pieces


def _spellings(text: str) -> list[tuple[str, list[int]]]:
    """The text in each spelling, letter by letter, with the place each folded letter comes from."""
    ways: list[tuple[str, list[int]]] = []
    by_letter = [folding.letter(letter) for letter in text]
    for way in range(folding.WAYS):
        places = [place for place, forms in enumerate(by_letter) for _letter in forms[way]]
        spelled = "".join(forms[way] for forms in by_letter)
        if (spelled, places) not in ways:
            ways.append((spelled, places))
    return ways


def _starts(text: str, part: str) -> list[int]:
    starts = []
    start = text.find(part)
    while start >= 0:
        starts.append(start)
        start = text.find(part, start + 1)
    beginnings = [start for start in starts if start == 0 or text[start - 1] == " "]
    return beginnings or starts[:1]
