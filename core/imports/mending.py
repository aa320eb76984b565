"""The file of rows to mend: the bad rows as they stood in the upload, each with what is wrong with it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from core.imports import reading
from core.imports.choices import RowState
from core.imports.reading import Facts
from core.imports.selectors import profile_of
from core.imports.services import path_of
from core.models import ImportRow, ImportRun

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")


def harmless(text: str) -> str:
    """A text that a spreadsheet program will not take for a formula; reading it again takes the mark off."""
    return f"'{text}" if text.startswith(DANGEROUS) and not _NUMBER.fullmatch(text) else text


class _Echo:
    """A file for the csv writer that hands each line back."""

    def write(self, line: str) -> str:
        return line


def lines_to_mend(run: ImportRun) -> Iterator[str]:
    """The text of the CSV file, streamed: the headings of the upload, one more for the problems, and the bad rows."""
    facts = Facts.from_json(run.facts)
    rows = ImportRow.objects.filter(run=run, state__in=[RowState.BAD, RowState.HELD]).order_by("line")
    bad: Iterator[tuple[int, Any]] = rows.values_list("line", "errors").iterator()
    labels = {field.name: str(field.label) for field in profile_of(run).fields}
    labels |= {name: facts.headings[int(place)] for place, name in run.mapping.items()}
    delimiter = facts.delimiter if facts.format == "csv" else ","
    writer = csv.writer(_Echo(), delimiter=delimiter)
    yield "\ufeff"
    yield writer.writerow([*map(harmless, facts.headings), _("What is wrong")])
    wanted = next(bad, None)
    for row in reading.read(path_of(run), facts):
        if wanted is None:
            return
        if row.line != wanted[0]:
            continue
        cells = [harmless(str(cell).replace("\x00", "")) for cell in row.cells]
        cells += [""] * (len(facts.headings) - len(cells))
        yield writer.writerow([*cells, "; ".join(_told(wanted[1] or {}, labels))])
        wanted = next(bad, None)


def _told(errors: dict[str, str], labels: dict[str, str]) -> list[str]:
    return [f"{labels[name]}: {text}" if labels.get(name) else text for name, text in errors.items()]
