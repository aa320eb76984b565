"""The columns of a board as HTML, written in one go: a board has ten of them, each with its menu."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.ui import icon
from core.ui.cells import esc
from core.ui.column_menus import drawn


def column(shown: Any, *, head: str, cards: str, more: str) -> SafeString:
    """A column with its head and cards; `more` is the address of the same with more cards."""
    key, of = esc(shown.column.key), shown.column
    folded, asks, closed = (
        " folded" if shown.folded else "", " data-asks" if of.asks else "", "" if of.takes else " data-closed",
    )  # fmt: skip
    return SafeString(
        f'<section class="col{folded}" id="col-{key}" aria-labelledby="name-{key}" data-column="{key}"{asks}{closed}>'
        f'{head}<ol class="cards" data-cards>{cards}</ol>{"" if shown.folded else _below(shown, more)}</section>'
    )


def _below(shown: Any, more: str) -> str:
    """The ways to more cards and to a new one."""
    rest = add = ""
    if shown.left:
        words = ngettext("Show %(more)s more", "Show %(more)s more", shown.more) % {"more": shown.more}
        rest = f'<a class="addrow" data-more href="{esc(more)}">{icon("chevron-down")} {esc(words)}</a>\n'
    if shown.add:
        add = (
            f'<a class="addrow" role="button" data-add-open data-key="n" href="{esc(shown.add)}">{icon("plus")}'
            f' {esc(_("Quick add"))}<span class="visually-hidden">: {esc(shown.column.label)}</span></a>\n'
        )
    return rest + add


def menu(shown: Any) -> SafeString:
    """The menu of a column, or the way to unfold it."""
    words = {"column": shown.column.label}
    if shown.folded:
        label = esc(_("Unfold %(column)s") % words)
        return SafeString(
            f'<a class="iconbtn stagemenu" href="{esc(shown.unfold)}" aria-label="{label}">{icon("chevrons-right")}</a>'
        )
    if not shown.menu:
        return SafeString("")
    label = esc(_("Menu of %(column)s") % words)
    return SafeString(
        f'<details class="menu stagemenu" data-menu><summary class="iconbtn" aria-label="{label}">{icon("dots")}'
        f'</summary>\n<div class="menu-list">{drawn(shown.menu)}</div></details>'
    )
