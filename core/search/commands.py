"""The commands of the palette: the pages of the sidebar, and a new record of each register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor
from core.search import folding
from core.search.pages import reverse_or_nothing
from core.search.queries import Query
from core.ui import navigation, registers, switches


@dataclass(frozen=True)
class Command:
    icon: str
    label: str
    url: str


def matching_commands(user: Actor, query: Query, limit: int) -> list[Command]:
    """The commands the user may use whose words begin like the typed ones; without words the first ones."""
    wanted = folding.fold(query.text.lstrip("> ")).split()
    found = [
        command
        for command in _offered(user)
        if all(any(word.startswith(part) for word in folding.fold(command.label).split()) for part in wanted)
    ]
    return found[:limit]


def _offered(user: Actor) -> Iterator[Command]:
    for entry in sorted(navigation.declared(), key=lambda entry: entry.order):
        allowed = entry.action is None or policy.allows(user, entry.action)
        if allowed and switches.is_on(entry.switch) and (url := reverse_or_nothing(entry.url_name)):
            yield Command(entry.icon, _("Go to %(page)s") % {"page": entry.label}, url)
    for register in registers.in_use():
        url = reverse_or_nothing(f"{register.app}:{register.name}_new")
        if url and register.may(user, register.create_action):
            yield Command("plus", capfirst(_("New %(record)s") % {"record": register.label}), url)
