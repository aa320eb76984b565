"""The people and records of the matrix: for each role somebody with own records, the team's and strangers'."""

from __future__ import annotations

from contextlib import nullcontext
from http.cookies import SimpleCookie
from typing import Any
from unittest.mock import patch

from django.db import connection, transaction
from django.template.backends.django import Template
from django.test import Client
from django.utils import timezone
from django.utils.safestring import SafeString

from core import policy
from core.models import User
from tests.access.conftest import who_it_is_was_asked
from tests.authz.objects import BUILDERS, OWNERLESS
from tests.factories import core as make

BACKEND = "core.backends.SignIn"
KINDS = ("own", "team", "foreign", "binned")


class World:
    """Built once for a module, inside a transaction that is rolled back at its end."""

    def __init__(self) -> None:
        make.make_role()
        self.branch = make.make_branch()
        self.stranger = make.make_user(first_name="Stranger")
        self.plain = make.make_user(first_name="Plain")
        self.people: dict[str, User] = {}
        self.mates: dict[str, User] = {}
        self.records: dict[tuple[str, str], dict[str, Any]] = {}
        self.cookies: dict[str, str] = {}
        self.made, self.planned_for = 0, 5
        self.shared = Client(raise_request_exception=False)
        for role in policy.ROLES:
            self.people[role] = make.make_user(role, first_name=f"The {role}")
            self.mates[role] = make.make_user(first_name=f"Mate of {role}")
            make.make_team(self.people[role], self.mates[role])
            browser = Client()
            browser.force_login(self.people[role], backend=BACKEND)
            who_it_is_was_asked(browser, self.people[role])
            self.cookies[role] = browser.cookies.output(header="", sep=";")

    def objects(self, key: str, role: str) -> dict[str, Any]:
        """Records of a model for a role by kind; those that belong to nobody are there once, as `any`."""
        found = self.records.get((key, role))
        if found is None:
            found = self.records[key, role] = self._make(key, role)
            self._plan_anew()
        return found

    def _plan_anew(self) -> None:
        """Let the database forget plans that it made while the tables of this one long transaction were emptier.

        A prepared statement keeps its plan, and nobody counts the rows of a transaction that is still open: joined row
        by row, what was quick for ten takes a minute for a thousand.
        """
        self.made += 1
        if self.made >= self.planned_for * 1.2:
            self.planned_for = self.made
            with connection.cursor() as cursor:
                cursor.execute("DISCARD PLANS")

    def _make(self, key: str, role: str) -> dict[str, Any]:
        build = BUILDERS[key]
        if key in OWNERLESS:
            made = {"any": self._once(key, "any", self.stranger)}
            if hasattr(made["any"], "binned_at"):
                made["binned"] = self._once(key, "binned", self.stranger)
            return made
        person = self.people[role]
        made = {
            "own": build(self, person),
            "team": build(self, self.mates[role]),
            "foreign": self._once(key, "foreign", self.stranger),
        }
        if hasattr(made["own"], "binned_at"):
            made["binned"] = _put_away(build(self, person))
        return made

    def _once(self, key: str, kind: str, owner: User) -> Any:
        kept = self.records.setdefault((key, f"*{kind}"), {})
        if not kept:
            record = BUILDERS[key](self, owner)
            kept[kind] = _put_away(record) if kind == "binned" else record
        return kept[kind]

    def ask(
        self, role: str | None, method: str, path: str, data: Any = None, *, writes_page: bool = True, **extra: Any
    ) -> Any:
        """Send one request as a role (None: nobody signed in) and take back what it changed.

        Without `writes_page` the answer is found as always, only its page stays unwritten: that is half the time.
        """
        browser = self.browser(role)
        with transaction.atomic(), _without_contexts(), nullcontext() if writes_page else _blank_pages():
            answer = browser.generic(method, path) if method == "GET" else browser.post(path, data or {}, **extra)
            if getattr(answer, "streaming", False):
                answer.streaming_content = [b"".join(answer.streaming_content)]
            transaction.set_rollback(True)
        return answer

    def ask_whole(self, role: str, path: str) -> Any:
        """GET as a role, with the content of the answer still to be read; what it writes stays in the world."""
        return self.browser(role).get(path)

    def browser(self, role: str | None) -> Client:
        """One browser for all: its middleware is loaded once, its cookies are put back before each request."""
        self.shared.cookies = SimpleCookie(self.cookies[role] if role is not None else "")
        return self.shared


def _without_contexts() -> Any:
    """Nobody looks at what was in reach of each of the templates of a page: it is not copied."""
    return patch("django.test.client.store_rendered_templates", lambda *_args, **_named: None)


def _blank_pages() -> Any:
    return patch.object(Template, "render", lambda *_args, **_named: SafeString(""))


def _put_away(record: Any) -> Any:
    type(record).objects.filter(pk=record.pk).update(binned_at=timezone.now())
    return record
