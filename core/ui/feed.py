"""The lines of a feed as HTML, written in one go: a card shows up to fifty of them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.safestring import SafeString

from core.templatetags.ui import icon
from core.ui.cells import esc
from core.ui.daywords import moment
from core.ui.timeline import Entry


def lines(entries: Iterable[Entry]) -> SafeString:
    """One `<li>` for each entry: its icon, who did what, when, and what was said."""
    return SafeString("".join(map(_line, entries)))


def _line(entry: Entry) -> str:
    who = f"<b>{esc(entry.who)}</b>" if entry.who else ""
    what = esc(str(entry.what))
    named = f'<a href="{esc(entry.url)}">{what}</a>' if entry.url else f"<span>{what}</span>"
    when = f'<time datetime="{entry.at.isoformat()}">{esc(moment(entry.at))}</time>'
    said = f'<div class="bx{" soft" if entry.soft else ""}">{esc(entry.body)}</div>' if entry.body else ""
    return (
        f'<li><span class="ic {esc(entry.tone)}">{icon(entry.icon)}</span>'
        f'<div><div class="hd">{who} {named}{when}</div>{said}</div></li>'
    )
