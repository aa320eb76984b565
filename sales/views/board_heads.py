"""The head of a stage on the board of deals as HTML, written in one go: name, sums, and how its next steps stand."""

from __future__ import annotations

from typing import Any

from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.ui import amounts, board_columns
from core.ui.cells import esc


def head(shown: Any) -> SafeString:
    column, key = shown.column, esc(shown.column.key)
    count = formats.localize(shown.count)
    return SafeString(
        f'<header class="{esc(column.tone)}" id="head-{key}">\n'
        f'<h2 id="name-{key}"><span class="clip">{esc(column.label)}</span>'
        f' <span class="dim sm tn regular">{count}</span></h2>\n{board_columns.menu(shown)}\n'
        f'<div class="tot"><b>{esc(amounts.whole_money(shown.total, shown.currency))}</b>'
        f"<span>{esc(column.note or _weight(shown))}</span></div>\n{'' if column.note else _bar(shown.health)}</header>"
    )


def _weight(shown: Any) -> str:
    """What the column is worth by chance; the chance itself where all its deals have the same."""
    weight = amounts.whole_money(shown.weight, shown.currency)
    if shown.chance is None:
        return _("%(weight)s weighted") % {"weight": weight}
    return _("%(weight)s at %(chance)s%%") % {"weight": weight, "chance": shown.chance}


def _bar(health: Any) -> str:
    said = _("Next steps: %(planned)s planned, %(late)s late, %(missing)s missing") % {
        "planned": health.planned,
        "late": health.late,
        "missing": health.missing,
    }
    parts = "".join(
        f'<rect class="{tone}" x="{start}%" width="{width}%" height="6"></rect>' for tone, start, width in health.parts
    )
    return (
        f'<svg class="bar" height="6" role="img" aria-label="{esc(said)}">'
        f'<rect class="rail" width="100%" height="6" rx="3"></rect>{parts}</svg>\n'
    )
