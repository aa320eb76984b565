"""Doing something with many rows at once, and finding the rows that spoil it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.imports.profiles import Entry, Written

Do = Callable[[Sequence[Entry]], list[Written]]


def attempt(do: Do, entries: Sequence[Entry], *, grouped: bool) -> tuple[list[Written], dict[int, str]]:
    """Do it with all rows; when a rule says no, with halves of them, until the rows to blame stand alone.

    Returns what was written and the reason per line that was refused. Rows of one record (grouped) stay together.
    Each part has a savepoint of its own, so a refused one leaves nothing behind.
    """
    if not entries:
        return [], {}
    try:
        with transaction.atomic():
            return do(entries), {}
    except (DomainError, IntegrityError, DataError) as error:
        parts = _halves(entries, grouped=grouped)
        if len(parts) == 1:
            return [], {entry.line: reason(error) for entry in entries}
    written: list[Written] = []
    refused: dict[int, str] = {}
    for part in parts:
        done, bad = attempt(do, part, grouped=grouped)
        written += done
        refused |= bad
    return written, refused


def _halves(entries: Sequence[Entry], *, grouped: bool) -> list[Sequence[Entry]]:
    if not grouped:
        middle = len(entries) // 2
        return [entries[:middle], entries[middle:]] if middle else [entries]
    ordered = sorted(entries, key=lambda entry: (entry.key, entry.line))
    records = [list(rows) for _key, rows in groupby(ordered, key=lambda entry: entry.key)]
    middle = len(records) // 2
    if not middle:
        return [entries]
    return [[row for rows in half for row in rows] for half in (records[:middle], records[middle:])]


def reason(error: Exception) -> str:
    """Why a row was refused, in words; a constraint's name is the sentence it keeps."""
    if isinstance(error, DomainError):
        return str(error)
    diagnosis = getattr(error.__cause__, "diag", None)
    rule = getattr(diagnosis, "constraint_name", None) or getattr(diagnosis, "message_primary", None) or ""
    return _("The database refuses the row: {rule}.").format(rule=str(rule).replace("_", " "))
