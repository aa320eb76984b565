"""What stands around every page: the sidebar by right and switch, pinned views, what may be made new, toasts.

Everything is lazy: a page that does not show the shell (a part for htmx, a file) pays nothing for it. The sidebar
costs the statements of its counters; entries, views and the written frame are remembered with the user's rights.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils.functional import Promise

from core import policy, setup
from core.access import scope, sessions
from core.ui import navigation, registers, switches, views
from core.ui.reversing import address_of

THEMES = ("system", "light", "dark")
THEME_COOKIE = "theme"
ON_PHONE = 4
PINNED = 12
# Numbers beside entries that may be some seconds old, by entry and user: when they are to be counted again, and what.
_counted: dict[tuple[str, int], tuple[float, int | None]] = {}
MOST_COUNTED = 10_000

# Pages that a pair of keys opens: G and then the letter. The key dialog lists those that the user has.
GO_TO = {
    "home": "g h",
    "crm:lead_list": "g l",
    "crm:client_list": "g c",
    "crm:person_list": "g p",
    "crm:task_calendar": "g t",
    "inventory:item_list": "g i",
    "sales:deal_board": "g d",
    "sales:my_day": "g m",
}
_TONES = {"success": "ok", "error": "bad", "warning": "warn"}


@dataclass
class Link:
    """One entry of the sidebar or of a menu. `count` None shows no number."""

    label: str | Promise
    icon: str
    url: str
    count: int | None = None
    is_current: bool = False
    phone_rank: int = 2
    on_phone: bool = False
    keys: str = ""


@dataclass(frozen=True)
class Section:
    label: str | Promise
    links: list[Link]


def address(url_name: str, *args: Any) -> str:
    """The address of a page, or nothing when no such page is there."""
    try:
        return address_of(url_name, *args)
    except NoReverseMatch:
        return ""


class Shell:
    """The frame of one request's page."""

    # By its path: its name would load all its pages for anybody in the staff.
    administration = "/admin/"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user: Any = getattr(request, "user", None)

    @property
    def is_for_somebody(self) -> bool:
        return bool(self.user and self.user.is_authenticated)

    @cached_property
    def sections(self) -> list[Section]:
        """The entries this user may use, by section; the one of the longest fitting address is the current one."""
        if not self.is_for_somebody:
            return []
        found: dict[str, list[Link]] = {name: [] for name in navigation.SECTIONS}
        entries, current = self._entries(), self._current
        ranked = sorted(range(len(entries)), key=lambda place: entries[place][2])
        on_bar = set(ranked[:ON_PHONE])
        for place, ((entry, url, phone_rank), count) in enumerate(zip(entries, self._counts, strict=True)):
            link = Link(entry.label, entry.icon, url, count, is_current=place == current, phone_rank=phone_rank)
            link.on_phone, link.keys = place in on_bar, GO_TO.get(entry.url_name, "")
            found[entry.section].append(link)
        return [Section(navigation.SECTIONS[name], links) for name, links in found.items() if links]

    @cached_property
    def _counts(self) -> tuple[int | None, ...]:
        return tuple(self._count(entry) if entry.counter else None for entry, _url, _rank in self._entries())

    @cached_property
    def _current(self) -> int | None:
        """The place of the current entry, unless a pinned view is it."""
        path, longest, found = self.request.path, 0, None
        for place, (_entry, url, _rank) in enumerate(self._entries()):
            if len(url) > longest and (path == url or (url != "/" and path.startswith(url))):
                longest, found = len(url), place
        return None if any(link.is_current for link in self.pinned) else found

    def _entries(self) -> list[tuple[navigation.Entry, str, int]]:
        """The entries this user may use, with address and rank on a phone: the same until his rights change."""
        memory = policy.memory_of(self.user)
        if "entries" not in memory:
            ordered = sorted(navigation.declared(), key=lambda entry: entry.order)
            own = policy.roles_of(self.user)
            placed = [(entry, address(entry.url_name)) for entry in ordered if self._may_use(entry)]
            memory["entries"] = [(entry, url, _phone_rank(entry, own)) for entry, url in placed if url]
        return memory["entries"]  # type: ignore[no-any-return]

    def _count(self, entry: navigation.Entry) -> int | None:
        """The number beside an entry; one that may be some seconds old is counted once for all pages of that time."""
        if entry.counter is None or not entry.counter_seconds:
            return entry.counter(self.user) if entry.counter else None
        key, now = (entry.url_name, self.user.pk), time.monotonic()
        until, known = _counted.get(key, (0.0, None))
        if until < now:
            known = entry.counter(self.user)
            if len(_counted) >= MOST_COUNTED:
                _counted.clear()
            _counted[key] = (now + entry.counter_seconds, known)
        return known

    def _may_use(self, entry: navigation.Entry) -> bool:
        if not switches.is_on(entry.switch):
            return False
        return entry.action is None or policy.allows(self.user, entry.action)

    @cached_property
    def pinned(self) -> list[Link]:
        """The user's pinned views, each a link to its list."""
        if not self.is_for_somebody:
            return []
        here = self.request.GET.get("view", "")
        return [
            Link(view.name, "pin", views.address_of(view), is_current=here == str(view.pk))
            for view in views.pinned_views(self.user)[:PINNED]
        ]

    @cached_property
    def new_links(self) -> list[Link]:
        """What the user may make new: one entry for each register whose create right he holds."""
        if not self.is_for_somebody:
            return []
        found = [
            Link(register.label, register.icon, address(f"{register.app}:{register.name}_new"))
            for register in registers.everything()
            if register.may(self.user, register.create_action)
        ]
        return [link for link in found if link.url]

    @cached_property
    def who(self) -> tuple[Any, ...]:
        """What the frame of every page of this user depends on besides his rights; see the tag `remembered`."""
        return str(self.user), getattr(self.user, "email", ""), getattr(self.user, "is_staff", False), self.theme

    @cached_property
    def look(self) -> tuple[Any, ...]:
        """The same for the parts that say which page is the current one, and how much waits where."""
        if not self.is_for_somebody:
            return self.who
        views = tuple((link.url, link.is_current) for link in self.pinned)
        return *self.who, self._counts, self._current, views, scope.current(self.request)

    @property
    def idle_seconds(self) -> int:
        """After how long without doing anything the session ends, for the warning before it; 0 for never."""
        return sessions.idle_seconds(self.request) if self.is_for_somebody else 0

    @property
    def brand(self) -> str:
        """The company's colour without its sign, for the address of its style sheet; empty for the product's own."""
        return setup.current().brand

    @property
    def theme(self) -> str:
        """`light` or `dark` when the user fixed it, else `system`."""
        chosen = self.request.COOKIES.get(THEME_COOKIE, "")
        return chosen if chosen in THEMES else THEMES[0]

    @cached_property
    def roles(self) -> list[str]:
        """The names of the user's roles, for the page that refuses him (one statement)."""
        if not self.is_for_somebody:
            return []
        return sorted(self.user.role_assignments.values_list("role__name", flat=True))

    @property
    def toasts(self) -> Iterator[dict[str, str]]:
        """The messages that wait for this user, as toasts. Reading them takes them away."""
        return (as_toast(message) for message in get_messages(self.request))


def _phone_rank(entry: navigation.Entry, roles: frozenset[str]) -> int:
    """0 for what the user's role lives in, 1 for what is meant for phones, 2 for the rest."""
    if not roles.isdisjoint(entry.first_for):
        return 0
    return 1 if entry.on_phone else 2


def as_toast(message: Message) -> dict[str, str]:
    """A message as `templates/ui/_toasts.html` shows it.

    `extra_tags` may hold a JSON object with `undo_url`, or `action_url` and `action_label`.
    """
    toast = {"level": _TONES.get(message.level_tag, "info"), "text": str(message.message)}
    if message.extra_tags and message.extra_tags.startswith("{"):
        toast |= json.loads(message.extra_tags)
    return toast


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell`, which asks for nothing before a template does."""
    return {"shell": Shell(request)}
