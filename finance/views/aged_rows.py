"""The rows of the tables of receivables and payables as HTML, written in one go: a page has fifty of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core.templatetags.ui import icon
from core.ui.cells import day, esc, home_money
from finance.selectors.acting import LastAction
from finance.selectors.aged import AgedParty

# How an amount looks by its age: what is not due, then the later the louder.
TONES = ("", "", "warn", "bad b", "bad b")


def drawn(
    rows: Iterable[Mapping[str, Any]], documents_url: str, *, may_remind: bool = False, shows_actions: bool = False
) -> SafeString:
    """A `<tr>` for each party: what it owes by age, what was last done about it, and whose client it is.

    `documents_url` leads to the documents behind a figure and ends where the key of the party comes.
    """
    there, remind = esc(documents_url), reverse("finance:remind")
    written = []
    for row in rows:
        party: AgedParty = row["party"]
        is_due = row.get("is_due", False)
        name, tick = esc(party.name), ""
        if may_remind:
            tick = f'<td class="fit">{_tick(party) if is_due else ""}</td>'
        action = ""
        if shows_actions:
            action = f'<td class="hide-md last-action">{_action(party, row.get("last"), remind if is_due else "")}</td>'
        written.append(
            f'<tr data-row>{tick}<td><a class="r" href="{there}{party.key}">{name}</a></td>{_amounts(party)}'
            f'<td class="n b">{esc(home_money(party.total))}</td><td class="n dim hide-sm">{party.documents}</td>'
            f'{action}<td class="hide-md">{esc(party.owner)}</td></tr>'
        )
    return SafeString("".join(written))


def _amounts(party: AgedParty) -> str:
    return "".join(
        f'<td class="n hide-sm {tone}">{esc(home_money(amount))}</td>' if amount else '<td class="n hide-sm dim">0</td>'
        for tone, amount in zip(TONES, party.amounts, strict=True)
    )


def _tick(party: AgedParty) -> str:
    said = esc(_("Select %(name)s") % {"name": party.name})
    return f'<input class="ck" type="checkbox" name="ids" value="{party.client_id}" aria-label="{said}">'


def _action(party: AgedParty, last: LastAction | None, remind: str) -> str:
    """What was last done, and the way to remind where that is due."""
    told = link = ""
    if last is not None:
        card = reverse("crm:client_card", args=[party.client_id])
        title = f' title="{esc(Truncator(last.said).chars(200))}"' if last.said else ""
        told = f'<a class="clip" href="{card}"{title}>{esc(last.what)}, {esc(day(last.at))}</a>'
    if remind:
        said = esc(_("Remind %(name)s") % {"name": party.name})
        link = (
            f'<a class="iconbtn s" href="{remind}?ids={party.client_id}" aria-label="{said}">{icon("mail-forward")}</a>'
        )
    return f'<span class="row-flex">{told}{link}</span>'
