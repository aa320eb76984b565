"""What `authz.toml` says, and what follows from it for a role and an object. Nothing here asks the code under test."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from core.policy import ROLES

FILE = Path(__file__).with_name("authz.toml")
REACHES = {"own": 1, "team": 2, "branch": 3, "all": 4}
# How far a right has to go for an object; `any` is an object that belongs to nobody. The people of the matrix work in
# all branches, so `branch` reaches what `all` does; tests/core/test_policy.py proves what branches take away.
NEEDS = {"none": 1, "any": 1, "own": 1, "binned": 1, "team": 2, "foreign": 3}
KIT_PAGES = ("list", "export", "bulk", "choices", "bins", "new", "card", "edit", "field", "bin", "restore")

WORDS = ("binned", "may_miss", "may_refuse", "may_send_away", "tells")

SEEN, REFUSED, HIDDEN, DENIED = "seen", "refused", "hidden", "denied"


class RuleError(Exception):
    """A line of the file that cannot be read."""


def reaches_of(text: str) -> dict[str, int]:
    """`seller:own director` as a map of roles; `*` stands for every role, a role alone for all records."""
    found: dict[str, int] = {}
    for word in text.split():
        role, _colon, reach = word.partition(":")
        if reach and reach not in REACHES:
            raise RuleError(f"unknown reach in {word!r}")
        if role != "*" and role not in ROLES:
            raise RuleError(f"unknown role in {word!r}")
        for one in ROLES if role == "*" else (role,):
            found[one] = REACHES[reach or "all"]
    return found


@dataclass(frozen=True)
class Rule:
    """Who may do something (`act`), who may know of the object (`view`), and what is special.

    `binned`: the page is about records in the bin. `may_miss`, `may_refuse`: 404 or 403 is an answer to those who may.
    `may_send_away`: what was sent may be answered by the sign-in page. `tells`: a refusal is told by a message on the
    next page.
    """

    act: dict[str, int]
    view: dict[str, int] = field(default_factory=dict)
    binned: bool = False
    may_miss: bool = False
    may_refuse: bool = False
    may_send_away: bool = False
    tells: bool = False

    def outcome(self, role: str, kind: str) -> str:
        """What a role meets at an object. `denied` is 403 or 404: without any right both tell nothing."""
        act = self.act.get(role, 0)
        view = max(self.view.get(role, 0), 0 if self.view else act)
        if not act:
            return DENIED
        if kind == "none":
            return SEEN
        if (kind == "binned") is not self.binned:
            return HIDDEN
        if kind in ("binned", "any"):
            return SEEN
        if act >= NEEDS[kind] and view >= NEEDS[kind]:
            return SEEN
        return REFUSED if view >= NEEDS[kind] else HIDDEN


@cache
def said() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text())


def open_pages() -> dict[str, str]:
    return said()["open"]


def page_rules(name: str) -> dict[str, Rule]:
    """The rules of a page by method; a line without methods holds for all of them."""
    line = said()["pages"][name]
    if isinstance(line, str):
        return {method: Rule(reaches_of(line)) for method in ("GET", "POST")}
    unknown = set(line) - {"GET", "POST", "view", "note", *WORDS}
    if unknown:
        raise RuleError(f"{name}: unknown words {sorted(unknown)}")
    view = reaches_of(line.get("view", ""))
    special = {word: line[word] for word in WORDS if word in line}
    return {method: Rule(reaches_of(line[method]), view, **special) for method in ("GET", "POST") if method in line}


def register_rules(key: str, page: str) -> dict[str, Rule]:
    """The rules of a page that the kit makes, from the register's one line."""
    line = said()["register"][key]
    rights = {word: reaches_of(line.get(word, "")) for word in ("view", "create", "change", "bin", "export")}
    view = rights["view"]
    by_page = {
        "list": {"GET": Rule(view)},
        "choices": {"GET": Rule(view)},
        "bulk": {"POST": Rule(view, may_miss=True)},
        "export": {"GET": Rule(rights["export"]), "POST": Rule(rights["export"])},
        "new": {"GET": Rule(rights["create"]), "POST": Rule(rights["create"])},
        "card": {"GET": Rule(view)},
        "edit": {"GET": Rule(rights["change"], view), "POST": Rule(rights["change"], view)},
        "field": {"GET": Rule(view), "POST": Rule(_with_all(rights["change"], view), view)},
        "bins": {"GET": Rule(rights["bin"])},
        "bin": {"POST": Rule(rights["bin"], view)},
        "restore": {"POST": Rule(rights["bin"], binned=True)},
    }
    return by_page[page]


def _with_all(change: dict[str, int], view: dict[str, int]) -> dict[str, int]:
    """A page for all who may look, which refuses to change what one may not."""
    return {role: change.get(role, 0) for role in view if change.get(role, 0)}
