"""The entries of the settings page. An app declares its own; who may not use one does not see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import policy
from core.ui import switches
from core.ui.shell import address

GROUPS: dict[str, str | Promise] = {
    "company": _("Company"),
    "people": _("People and rights"),
    "money": _("Money and tax"),
    "sell": _("Selling"),
    "goods": _("Goods and places"),
    "make": _("Making"),
    "tools": _("Fields, switches and links to other systems"),
}


@dataclass(frozen=True)
class Entry:
    """One page of settings: what it is for in a line, and who may open it.

    An entry whose address nobody serves is left out. `count` says how many there are, in one cheap statement.
    """

    label: str | Promise
    help: str | Promise
    icon: str
    url_name: str
    group: str
    action: str
    order: int = 100
    switch: str = ""
    count: Callable[[], int] | None = None


_entries: list[Entry] = []


def add(*entries: Entry) -> None:
    """Declare entries; declaring one again changes nothing."""
    for entry in entries:
        if entry.group not in GROUPS:
            raise LookupError(f"no group {entry.group!r}")
        # By its address first: comparing labels would translate each of them.
        if not any(known.url_name == entry.url_name and known == entry for known in _entries):
            _entries.append(entry)


def entries_for(user: Any) -> list[tuple[Entry, str]]:
    """The entries a user may open, with their addresses, in their order."""
    found = []
    for entry in sorted(_entries, key=lambda one: one.order):
        app = entry.url_name.partition(":")[0]
        if not (switches.app_is_on(app) and switches.is_on(entry.switch) and policy.allows(user, entry.action)):
            continue
        url = address(entry.url_name)
        if url:
            found.append((entry, url))
    return found
