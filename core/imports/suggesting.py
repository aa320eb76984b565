"""Which column of a file is which field: by its heading in several languages, else by what stands below it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from core.imports.fields import ImportField, Kind
from core.imports.reading import Facts
from core.models import ImportMapping

_WORDS = re.compile(r"[^\w]+|_")
_MAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


@dataclass(frozen=True)
class Suggestion:
    """A field for a column, and how we came to it: a mapping used before, the heading, or the values."""

    field: str
    why: str


@cache
def folded(text: str) -> str:
    """A heading without capitals, accents, blanks and signs: “E-mail Adresse” and “email_adresse” are one."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return _WORDS.sub("", "".join(letter for letter in plain if not unicodedata.combining(letter)))


def suggest(
    facts: Facts, fields: Sequence[ImportField], saved: Sequence[ImportMapping] = ()
) -> tuple[dict[int, Suggestion], ImportMapping | None]:
    """A field per place of a column, each field once; and the saved mapping it follows, if one fits."""
    headings, known = facts.headings, {field.name for field in fields}
    best = max(saved, key=lambda mapping: mapping.fits(headings), default=None)
    if best is not None and best.fits(headings) >= max(2, len(best.columns) * 0.7):
        by_heading = {folded(heading): name for heading, name in best.columns.items() if name in known}
        found = {
            place: Suggestion(by_heading[folded(heading)], "saved")
            for place, heading in enumerate(headings)
            if folded(heading) in by_heading
        }
        return found, best
    return _by_heading(headings, facts, fields), None


def _by_heading(headings: Sequence[str], facts: Facts, fields: Sequence[ImportField]) -> dict[int, Suggestion]:
    words: dict[str, str] = {}
    for field in fields:
        for name in (field.name, field.name.removeprefix("own_"), str(field.label), *field.synonyms):
            words.setdefault(folded(name), field.name)
    found: dict[int, Suggestion] = {}
    taken: set[str] = set()
    for place, heading in enumerate(headings):
        name = words.get(folded(heading), "")
        if name and name not in taken:
            found[place] = Suggestion(name, "heading")
            taken.add(name)
    by_kind = {field.kind: field.name for field in reversed(fields) if field.kind == Kind.EMAIL}
    mail = by_kind.get(Kind.EMAIL, "")
    for place in range(len(headings)):
        if place in found or not mail or mail in taken:
            continue
        below = [row[place].strip() for row in facts.samples if len(row) > place and row[place].strip()]
        if below and all(_MAIL.match(text) for text in below):
            found[place] = Suggestion(mail, "values")
            taken.add(mail)
    return found
