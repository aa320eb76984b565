"""What is asked of every confirm of the product: a form as a browser would send it, and what the company holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from django.db import connection
from django.test import Client
from lxml import html

from core.models import User
from samples.story import fingerprint as of_story
from tests.authz.outcomes import writes
from tests.factories.core import make_user

# Rows that looking at a page and refusing it may write: sessions, drafts, who looked at what.
NO_FACTS = ("core_usersession", "core_draft", "core_undostep", "core_recentrecord", "core_historycontext")
SAID = "has changed since this page was opened"


@dataclass(frozen=True)
class Scene:
    """A record that waits for its confirm: the page, what a person adds to its form, and what somebody else does
    meanwhile (`meddle`)."""

    path: str
    typed: Mapping[str, Any] = field(default_factory=dict)
    meddle: Callable[[], Any] | None = None


@dataclass(frozen=True)
class Act:
    """One confirm. `button` is the name and value of the button, where it has one; `form` its id, a class, or a
    part of its address.

    `again` is what the second of two tabs gets: "refused", "same" where the second call finds it done and says so, or
    "another" for an empty form that each time makes one more.
    `told` is what a refusal says, `changes` what of it says the change that somebody else made. `leads` is a button
    of a card or of a kiosk: its refusal leads back to the page, which tells it.
    """

    name: str
    role: str
    prepare: Callable[[Any], Scene]
    button: tuple[str, str] | None = None
    again: str = "refused"
    told: str = SAID
    changes: str = SAID
    form: str = ""
    leads: bool = False

    def __str__(self) -> str:
        return self.name


class Tab:
    """One tab of a browser: the form it shows, as it will be sent."""

    def __init__(self, browser: Client, scene: Scene, act: Act) -> None:
        self.browser, self.scene, self.act = browser, scene, act
        self.page = browser.get(scene.path)
        self.path, self.data = scene.path, {}
        self.has_form = False
        if self.page.status_code < 400:
            self._read(html.fromstring(self.page.content.decode()))

    def _read(self, tree: Any) -> None:
        main = tree.get_element_by_id("main") if tree.find_class("skip") else tree
        for form in main.forms:
            if form.method.lower() != "post" or not self._is_it(form):
                continue
            self.has_form = True
            self.path = urljoin(self.path, form.action or "")
            names: dict[str, list[str]] = {}
            for name, value in form.form_values():
                names.setdefault(name, []).append(value)
            self.data = {name: values if len(values) > 1 else values[0] for name, values in names.items()}
            return

    def _is_it(self, form: Any) -> bool:
        wanted = self.act.form
        if wanted.startswith("/"):
            return wanted in (form.action or "")
        return not wanted or form.get("id") == wanted or wanted in (form.get("class") or "").split()

    def send(self, typed: Mapping[str, Any] | None = None) -> Any:
        assert self.has_form, f"no form on {self.path}: {self.page.status_code}"
        more = dict([self.act.button]) if self.act.button else {}
        return self.browser.post(self.path, {**self.data, **(self.scene.typed if typed is None else typed), **more})


def browser_of(role: str) -> tuple[Client, User | None]:
    browser = Client()
    if not role:
        return browser, None
    user = make_user(role, first_name="Ann", last_name="Lee")
    browser.force_login(user)
    return browser, user


def somebody(role: str) -> User:
    return make_user(role, first_name="Ben", last_name="Hale")


class Books:
    """What the company holds, table by table; inside a transaction only what it wrote to is read again.

    A table to which a transaction has not written since it was last read holds what it held then. `fresh` forgets
    what was read before: whoever commits between two transactions calls it.
    """

    def __init__(self) -> None:
        self.read: dict[str, tuple[tuple[str, int] | None, str]] = {}

    def fresh(self) -> None:
        self.read.clear()

    def facts(self) -> dict[str, str]:
        tables = [table for table in of_story.business_tables() if table not in NO_FACTS]
        if not connection.in_atomic_block:
            return of_story.fingerprint(tables)
        assert not connection.savepoint_ids, "what is read inside a savepoint may be taken back without a trace"
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()::text")
            transaction = cursor.fetchone()[0]
        counts = writes()
        states = {table: (transaction, counts[table]) if table in counts else None for table in tables}
        stale = [table for table in tables if table not in self.read or self.read[table][0] != states[table]]
        for table, value in of_story.fingerprint(stale).items():
            self.read[table] = (states[table], value)
        return {table: self.read[table][1] for table in tables}


BOOKS = Books()


def facts() -> dict[str, str]:
    return BOOKS.facts()


def changed(before: dict[str, str]) -> list[str]:
    return [table for table, value in facts().items() if before[table] != value]


def text_of(answer: Any) -> str:
    return " ".join(html.fromstring(answer.content.decode()).text_content().split())
