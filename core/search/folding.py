"""One spelling for what people write in many: without capitals, accents, punctuation and difference of script.

This is the twin of the SQL functions `core_fold` and `core_folds` (migration `0004_search`): they fold what is stored,
this folds what somebody typed. A test draws random texts and holds both against each other.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

ACCENTS = "".join(map(chr, range(0x300, 0x370)))
# Become a blank: what separates words. The index sees words where letters and digits end, and so do we.
SEPARATORS = '\t\n\v\f\r!"#$%&()*+,-./:;<=>?@[\\]^_{|}~¡§«»¿‐‒–—―„“”†‡•·−'
# Vanish: apostrophes of all kinds, the Cyrillic signs without a sound, and what cannot be seen.
SILENT = "'`‘’‚‛′ʹʻʼʽˈъьЪЬ\u00ad\u200b\u200c\u200d\u2060\ufeff"
# Letters that stay after their accents are gone, in Latin.
LATIN = {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"} | dict(zip("øłđðıħŧŋĸə", "olddihtnka", strict=True))
# A Cyrillic letter whose sign is part of it is put together again, before the accents go.
TOGETHER = {"и\u0306": "й", "у\u0306": "ў", "е\u0308": "ё", "і\u0308": "ї"}

# Cyrillic, letter by letter, in the three spellings people use: Russian passports, Ukrainian passports, Uzbek Latin.
CYRILLIC = "абвгґдеёєжзиіїйјклљмнњопрстћуўүұфхҳһцчџшщыэюяқғәңөҷђ"
RUSSIAN = (
    "a b v g g d e e e zh z i i i y j k l lj m n nj o p r s t c u o u u f kh h h ts ch dz sh shch y e yu ya q g a n o j"
    " dj"
)
UKRAINIAN = (
    "a b v h g d e e ie zh z y i i i j k l lj m n nj o p r s t c u u u u f kh h h ts ch dz sh shch y e iu ia k gh a ng"
    " o j dj"
)
UZBEK = (
    "a b v g g d e yo ye j z i i yi y j k l lj m n nj o p r s t c u o u u f x h h s ch dz sh sh i e yu ya q g a ng o j"
    " dj"
)

_PLAIN = (
    dict.fromkeys(map(ord, ACCENTS), None)
    | dict.fromkeys(map(ord, SEPARATORS), " ")
    | dict.fromkeys(map(ord, SILENT), None)
)
_LATIN = str.maketrans(LATIN)
_FORMS = [str.maketrans(dict(zip(CYRILLIC, form.split(), strict=True))) for form in (RUSSIAN, UKRAINIAN, UZBEK)]
_HAS_CYRILLIC = re.compile("[\u0400-\u04ff]")
_BLANKS = re.compile(" {2,}")


def plain(text: str) -> str:
    """Small letters, no accents, no punctuation; Cyrillic stays Cyrillic."""
    if text.isascii():
        return _BLANKS.sub(" ", text.lower().translate(_PLAIN)).strip(" ")
    text = "".join(letter.lower() for letter in unicodedata.normalize("NFKD", text)).replace("ς", "σ")
    for parts, letter in TOGETHER.items():
        text = text.replace(parts, letter)
    return _BLANKS.sub(" ", text.translate(_PLAIN).translate(_LATIN)).strip(" ")


def fold(text: str) -> str:
    """The main folded spelling: `Ў. Сёренсен-Oʻg'li` → `o serensen ogli`."""
    return plain(text).translate(_FORMS[0])


def folds(text: str) -> list[str]:
    """All spellings under which a text is found: one, or up to three where it is written in Cyrillic."""
    text = plain(text)
    if not _HAS_CYRILLIC.search(text):
        return [text]
    return list(dict.fromkeys(text.translate(form) for form in _FORMS))


def code(text: str) -> str:
    """A number as it is compared: letters and digits alone. `SO-2026/0207` → `so20260207`."""
    return re.sub("[^a-z0-9]", "", fold(text))


WAYS = len(_FORMS)


@cache
def letter(one: str) -> tuple[str, ...]:
    """One letter in each spelling; what separates words is a blank, what vanishes is empty."""
    inner = plain(f"a{one}b")[1:-1]
    return tuple(inner.translate(form) for form in _FORMS)
