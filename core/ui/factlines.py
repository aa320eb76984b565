"""The facts of a card as HTML, written in one go: a card shows about ten of them, each with its pencil."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.templatetags.ui import icon
from core.ui.cells import esc
from core.ui.facts import Fact


def lines(facts: Iterable[Fact]) -> SafeString:
    """Label and value of each fact."""
    return SafeString("".join(f"<dt>{esc(fact.label)}</dt>{line(fact)}" for fact in facts))


def line(fact: Fact, *, is_saved: bool = False) -> SafeString:
    """The value of a fact, and the pencil that opens its field where it can be changed."""
    value = esc(fact.value) if fact.value else '<span class="dim">–</span>'
    name, marks = esc(fact.name), " saved" if is_saved else ""
    if not fact.edit_url:
        return SafeString(f'<dd class="fact{marks}" id="fact-{name}">{value}</dd>')
    url, said = esc(fact.edit_url), esc(_("Change %(name)s") % {"name": fact.label})
    return SafeString(
        f'<dd class="fact edit{marks}" id="fact-{name}" data-edit="{url}">{value}'
        f'<a class="iconbtn s pen" href="{url}" aria-label="{said}">{icon("pencil")}</a></dd>'
    )
