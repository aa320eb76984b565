"""Checks of a step as they are written in the editor: one a line, `Glue temperature 190 to 200 [°C] @10`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from production.services.recipes import CheckDraft

MOST = 12
_LINE = re.compile(r"(?P<text>.*?)\s*(?:\[\s*(?P<unit>[^\[\]]*?)\s*\])?\s*(?:@\s*(?P<after>\d+))?\s*")


def read(words: str) -> tuple[CheckDraft, ...]:
    """The checks that lines of text mean. `[unit]` asks for a value, `@10` says after how many pieces.

    Raises ValidationError: a line without words, too long, said twice, or too many of them.
    """
    lines = [" ".join(line.split()) for line in words.splitlines() if line.strip()]
    if len(lines) > MOST:
        raise ValidationError(_("A step has at most %(most)s checks.") % {"most": MOST})
    found = tuple(_check(line) for line in lines)
    if len({one.text.casefold() for one in found}) < len(found):
        raise ValidationError(_("The same check stands there twice."))
    return found


def _check(line: str) -> CheckDraft:
    match = _LINE.fullmatch(line)
    text, unit, after = match.group("text", "unit", "after") if match else (line, None, None)
    if not text or len(text) > 120:
        raise ValidationError(_("“%(line)s”: say what is checked in 1 to 120 characters.") % {"line": line[:40]})
    if unit is not None and not 0 < len(unit) <= 12:
        raise ValidationError(_("“%(line)s”: the unit has 1 to 12 characters.") % {"line": line[:40]})
    if after is not None and not 0 < int(after) <= 1_000_000:
        raise ValidationError(_("“%(line)s”: the number of pieces is 1 to 1,000,000.") % {"line": line[:40]})
    return CheckDraft(text, unit or "", int(after) if after else None)


def written(checks: Iterable[CheckDraft]) -> str:
    """Checks as lines that `read` understands."""
    lines = []
    for one in checks:
        unit, after = f" [{one.unit}]" if one.unit else "", f" @{one.after_pieces}" if one.after_pieces else ""
        lines.append(f"{one.text}{unit}{after}")
    return "\n".join(lines)
