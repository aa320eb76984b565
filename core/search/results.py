"""What the search page and the palette show for a text: records, what to do with the best one, commands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from babel.core import UnknownLocaleError
from babel.numbers import format_currency
from django.utils.translation import get_language

from core.actors import Actor
from core.models import SearchEntry
from core.money import true_minus
from core.search import actions
from core.search.actions import Offer
from core.search.commands import Command, matching_commands
from core.search.kinds import Searched
from core.search.marks import Piece, marked
from core.search.queries import Query
from core.search.selectors import Hit, find

IN_PALETTE = 8
ON_PAGE = 50
COMMANDS = 6


@dataclass(frozen=True)
class Line:
    """One record of the results. `key` is `crm.client:17`."""

    key: str
    kind: Searched
    url: str
    title: list[Piece]
    detail: list[Piece]
    fact: str


@dataclass(frozen=True)
class Group:
    kind: Searched
    lines: list[Line]


@dataclass(frozen=True)
class Results:
    query: Query
    lines: list[Line] = field(default_factory=list)
    target: str = ""
    offers: list[Offer] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)

    @property
    def groups(self) -> list[Group]:
        """The lines by kind, in the order of their best."""
        by_kind: dict[str, Group] = {}
        for line in self.lines:
            by_kind.setdefault(line.kind.key, Group(line.kind, [])).lines.append(line)
        return list(by_kind.values())


def results_for(user: Actor, text: str, *, on: str = "", only: str = "", limit: int = IN_PALETTE) -> Results:
    """Records, actions on the record `on` (otherwise the best one) and commands for a text; at most four statements."""
    query = Query(text)
    hits = find(user, text, limit, only=only)
    commands = matching_commands(user, query, COMMANDS if query.text and not query.is_command else ON_PAGE)
    target = _target(user, hits, on)
    return Results(
        query,
        lines_of(user, hits, query),
        target=f"{target.kind}:{target.record_id}" if target else "",
        offers=actions.on(target, user) if target else [],
        commands=[] if query.is_number else commands,
    )


def _target(user: Actor, hits: list[Hit], on: str) -> SearchEntry | None:
    if on:
        shown = next((hit.entry for hit in hits if f"{hit.entry.kind}:{hit.entry.record_id}" == on), None)
        return shown or actions.find_entry(user, on)
    return hits[0].entry if hits else None


def lines_of(user: Actor, hits: list[Hit], query: Query) -> list[Line]:
    details = _details(user, hits)
    return [
        Line(
            f"{hit.entry.kind}:{hit.entry.record_id}",
            hit.kind,
            hit.url,
            marked(hit.entry.title, query),
            marked(details.get(hit.entry.pk, hit.entry.detail), query),
            fact_of(hit),
        )
        for hit in hits
    ]


def _details(user: Actor, hits: list[Hit]) -> dict[int, str]:
    """Second lines that name records of another kind, as far as the user may see those (one statement a kind)."""
    found: dict[int, str] = {}
    for kind in {hit.kind for hit in hits if hit.kind.details is not None}:
        mine = {hit.entry.record_id: hit.entry.pk for hit in hits if hit.kind is kind}
        names: dict[int, str] = kind.details(list(mine), user)  # type: ignore[misc]
        found |= {pk: names.get(record_id, "") for record_id, pk in mine.items()}
    return found


def fact_of(hit: Hit) -> str:
    """What stands at the end of a line: a state worth telling, else the amount."""
    entry: Any = hit.entry
    if entry.status and (label := hit.kind.status_label(entry.status)):
        return label
    if entry.amount is None or not entry.currency_id:
        return ""
    language = (get_language() or "en").replace("-", "_")
    try:
        return true_minus(
            format_currency(entry.amount, entry.currency_id, "¤#,##0", locale=language, currency_digits=False)
        )
    except UnknownLocaleError:
        return true_minus(
            format_currency(entry.amount, entry.currency_id, "¤#,##0", locale="en", currency_digits=False)
        )
