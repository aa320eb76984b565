"""The rows of the tables of receivables and payables as HTML, written in one go: a page has fifty of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core.templatetags.ui import icon
from core.ui import registers
from core.ui.amounts import writer_of_home_money
from core.ui.cells import esc
from core.ui.daywords import day
from finance.selectors.acting import LastAction
from finance.selectors.aged import AgedParty

# How an amount looks by its age: what is not due, then the later the louder.
TONES = ("", "", "warn", "bad b", "bad b")
NO_AMOUNT = '<td class="n hide-sm dim">0</td>'
MOST_SAID = 200


def drawn(
    rows: Iterable[Mapping[str, Any]], documents_url: str, *, may_remind: bool = False, shows_actions: bool = False
) -> SafeString:
    """A `<tr>` for each party: what it owes by age, what was last done about it, and whose client it is.

    `documents_url` leads to the documents behind a figure and ends where the key of the party comes.
    """
    there, said = esc(documents_url), _Words()
    written = []
    for row in rows:
        party: AgedParty = row["party"]
        is_due = row.get("is_due", False)
        name, tick = esc(party.name), ""
        if may_remind:
            tick = f'<td class="fit">{said.tick(party) if is_due else ""}</td>'
        action = ""
        if shows_actions:
            action = f'<td class="hide-md last-action">{said.action(party, row.get("last"), is_due=is_due)}</td>'
        written.append(
            f'<tr data-row>{tick}<td><a class="r" href="{there}{party.key}">{name}</a></td>{said.amounts(party)}'
            f'<td class="n b">{esc(said.money(party.total))}</td><td class="n dim hide-sm">{party.documents}</td>'
            f'{action}<td class="hide-md">{esc(party.owner)}</td></tr>'
        )
    return SafeString("".join(written))


class _Words:
    """What is the same in all rows of a page: words, addresses, how money is written."""

    def __init__(self) -> None:
        self.money = writer_of_home_money()
        self.remind, self.clients = reverse("finance:remind"), registers.by_key("crm.client").url("list")
        self.select_name, self.remind_name = _("Select %(name)s"), _("Remind %(name)s")

    def amounts(self, party: AgedParty) -> str:
        return "".join(
            [
                f'<td class="n hide-sm {tone}">{esc(self.money(amount))}</td>' if amount else NO_AMOUNT
                for tone, amount in zip(TONES, party.amounts, strict=True)
            ]
        )

    def tick(self, party: AgedParty) -> str:
        said = esc(self.select_name % {"name": party.name})
        return f'<input class="ck" type="checkbox" name="ids" value="{party.client_id}" aria-label="{said}">'

    def action(self, party: AgedParty, last: LastAction | None, *, is_due: bool) -> str:
        """What was last done, and the way to remind where that is due."""
        told = link = ""
        if last is not None:
            short = last.said if len(last.said) <= MOST_SAID else Truncator(last.said).chars(MOST_SAID)
            title = f' title="{esc(short)}"' if short else ""
            card = f"{self.clients}{party.client_id}/"
            told = f'<a class="clip" href="{card}"{title}>{esc(last.what)}, {esc(day(last.at))}</a>'
        if is_due:
            said, letter = esc(self.remind_name % {"name": party.name}), icon("mail-forward")
            there = f"{self.remind}?ids={party.client_id}"
            link = f'<a class="iconbtn s" href="{there}" aria-label="{said}">{letter}</a>'
        return f'<span class="row-flex">{told}{link}</span>'
