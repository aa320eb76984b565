"""`python -m config.messages`: gathers the product's texts, and compiles the catalogues of its languages.

    gather     reads all Python files and templates and brings locale/*/LC_MESSAGES/django.po up to date
    compile    writes the .mo beside each .po whose .po is newer; `make setup` and the image do it
    coverage   says how much of each catalogue is translated

Only Babel is needed, no programs of the system. Catalogues carry no line numbers and are sorted, so that a change of
code changes them only where a text changed.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from config.devstack.places import BASE_DIR

LOCALES = BASE_DIR / "locale"
LANGUAGES = ("de", "ru")
SINCE = datetime(2026, 1, 1, tzinfo=UTC)  # a date that moved would change every catalogue with every call
LEFT_OUT = {"tests", "samples", "node_modules", "locale", "static", "docs", "var", "staticfiles"}
FILES_OF_TEMPLATES = {".html", ".txt"}
# The component page is for those who build the interface; it is in English.
ENGLISH_ONLY = ("templates/components/", "core/components/", "config/devstack/", "config/lint.py", "config/syscheck.py")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}|<[^>]+>")
KEYWORDS: dict[str, Any] = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def source_files() -> Iterator[Path]:
    """Every file with texts of the product."""
    for folder in sorted(path for path in BASE_DIR.iterdir() if path.is_dir() and not path.name.startswith(".")):
        if folder.name in LEFT_OUT:
            continue
        for path in sorted(folder.rglob("*")):
            told = path.suffix == ".py" or (folder.name == "templates" and path.suffix in FILES_OF_TEMPLATES)
            name = str(path.relative_to(BASE_DIR))
            if told and "/migrations/" not in name and not name.startswith(ENGLISH_ONLY):
                yield path


def texts_of(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """The marked texts of a file, each with its context."""
    source = path.read_text()
    if path.suffix != ".py":
        from django.utils.translation.template import templatize

        # Django turns everything but the texts into X; brackets keep the indentation from meaning anything.
        source = f"({templatize(source, origin=str(path))}\n)"
    for _line, text, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
        yield text, context


def gathered() -> Catalog:
    """All texts of the product, without translations."""
    catalog = Catalog(project="Hyper CRM", charset="utf-8")
    for path in source_files():
        for text, context in texts_of(path):
            if text and text[0] != "":
                catalog.add(text, context=context)
    return catalog


def catalogue(language: str) -> Catalog:
    """The catalogue of a language as its file has it."""
    path = LOCALES / language / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return Catalog(locale=language, project="Hyper CRM", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def save(catalog: Catalog, folder: Path) -> None:
    """Write the readable and the compiled form."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "django.po"
    with path.open("wb") as file:
        write_po(file, catalog, width=120, no_location=True, omit_header=False, sort_output=True, ignore_obsolete=True)
    _write_compiled(catalog, path)


def _write_compiled(catalog: Catalog, path: Path) -> None:
    """Whole or not at all: a page that is being asked for meanwhile reads the old one."""
    fresh = path.with_suffix(".mo.new")
    with fresh.open("wb") as file:
        write_mo(file, catalog)
    fresh.replace(path.with_suffix(".mo"))


def gather() -> None:
    """Bring every catalogue up to date: new texts without translation, texts that are gone leave."""
    template = gathered()
    for language in LANGUAGES:
        known = catalogue(language)
        known.update(template, no_fuzzy_matching=True, update_header_comment=False)
        known.header_comment = f"# Texts of Hyper CRM ({language})."
        known.fuzzy = False
        known.revision_date = known.creation_date = SINCE
        save(known, LOCALES / language / "LC_MESSAGES")


def compile_all() -> None:
    """Write the .mo of each .po that is newer than it."""
    for path in LOCALES.glob("*/LC_MESSAGES/django.po"):
        made = path.with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime < path.stat().st_mtime:
            _write_compiled(catalogue(path.parts[-3]), path)


def is_translated(message: Message) -> bool:
    texts = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return all(texts)


def placeholders(text: str) -> set[str]:
    """What a translation may neither lose nor invent."""
    return set(PLACEHOLDER.findall(text))


def coverage(language: str) -> tuple[int, int]:
    """How many texts are translated, of how many."""
    messages = [message for message in catalogue(language) if message.id]
    return sum(map(is_translated, messages)), len(messages)


def main(asked: list[str]) -> int:
    match asked:
        case ["gather"]:
            gather()
        case ["compile"]:
            compile_all()
        case ["coverage"]:
            pass
        case _:
            print(__doc__)
            return 2
    if asked != ["compile"]:
        for language in LANGUAGES:
            done, of = coverage(language)
            print(f"{language}: {done} of {of} texts translated")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
