"""The entries of the sidebar. An app declares its own in `navigation.py`; who may not use one does not see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.ui import switches

SECTIONS: dict[str, str | Promise] = {
    "": "",  # stands first and has no heading: My day, Inbox
    "sell": _("Sell"),
    "stock": _("Warehouse"),
    "make": _("Production"),
    "deliver": _("Deliver"),
    "money": _("Money"),
    "grow": _("Grow"),
    "steer": _("Steer"),
    "setup": _("Set up"),
}


@dataclass(frozen=True)
class Entry:
    """One entry: `action` None is for every signed-in person; `on_phone` puts it into the bottom bar.

    There is room for four: those of the user's own roles (`first_for`) come before the others.

    `counter` gives the number beside it for a user (one cheap statement, or None), which may be so many seconds old
    (`counter_seconds`); `switch` names the module switch that takes it away.
    """

    label: str | Promise
    icon: str
    url_name: str
    section: str = ""
    order: int = 100
    action: str | None = None
    on_phone: bool = False
    first_for: tuple[str, ...] = ()
    switch: str = ""
    counter: Callable[[Any], int | None] | None = None
    counter_seconds: int = 0


_entries: list[Entry] = []


def add(*entries: Entry) -> None:
    """Declare entries; declaring one again changes nothing."""
    for entry in entries:
        if entry.section not in SECTIONS:
            raise LookupError(f"no section {entry.section!r}")
        # By its address first: comparing labels would translate each of them.
        if not any(known.url_name == entry.url_name and known == entry for known in _entries):
            _entries.append(entry)


def declared() -> tuple[Entry, ...]:
    """The entries of what is in use: those of switched-off modules and functions are not there."""
    return tuple(entry for entry in _entries if _is_in_use(entry))


def _is_in_use(entry: Entry) -> bool:
    app = entry.url_name.partition(":")[0] if ":" in entry.url_name else ""
    in_use = switches.is_on(entry.switch) and switches.app_is_on(app)
    return in_use and (entry.action is None or switches.may_act(entry.action))
