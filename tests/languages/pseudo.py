"""A language nobody speaks: every text with accents and 40 % longer, its placeholders and tags kept.

It shows what bears no longer words, and what came to the page without being translated.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path

import allauth
import django
import django_filters
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from config import messages

CODE, FOLDER = "en-xa", "en_XA"
ACCENTS = str.maketrans("AEIOUYaeiouycnszlrdtCNSZ", "ÀÈÌÒÙÝåéîöüýçñšžłřđťÇÑŠŽ")
LONGER = 0.4
# Placeholders of both kinds, tags, entities, addresses and what stands for a key.
KEPT = re.compile(r"(%\(\w+\)[a-z]|%[sdr%]|\{[^}]*\}|<[^>]*>|&\w+;|https?://\S+)")
WORD = re.compile(r"[^\W\d_]+")
FORMATS = "format"  # texts of a context that begins so are no words but ways to write dates


def stretched(text: str) -> str:
    """Save -> Šåvéåé, with %(placeholders)s and <b>tags</b> as they were."""
    return "".join(part if KEPT.fullmatch(part) else WORD.sub(_longer, part) for part in KEPT.split(text))


def _longer(found: re.Match[str]) -> str:
    word = found[0].translate(ACCENTS)
    return word + ("åéîöü" * 9)[: math.ceil(len(word) * LONGER)] if len(word) > 1 else word


def of_libraries() -> Iterator[Path]:
    """Catalogues of the libraries whose texts stand on our pages; the German ones, for their message ids."""
    for library in (django, allauth, django_filters):
        root = Path(library.__file__).parent
        yield from root.glob("**/locale/de/LC_MESSAGES/django.po")


def write_catalogue(locales: Path) -> None:
    """Write the language below a folder that then belongs into LOCALE_PATHS."""
    texts = [messages.gathered()]
    for path in of_libraries():
        with path.open("rb") as file:
            texts.append(read_po(file, locale="de", ignore_obsolete=True))
    made = Catalog(locale="en_US", charset="utf-8")
    for catalog in texts:
        for message in catalog:
            if not message.id or (message.context or "").startswith(FORMATS) or "%" == message.id:
                continue
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            strings = tuple(map(stretched, ids))
            made.add(message.id, strings if len(strings) > 1 else strings[0], context=message.context)
    messages.save(made, locales / FOLDER / "LC_MESSAGES")
