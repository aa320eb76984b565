"""Two ways to ask for pages as a signed-in person: over the network, and inside this process."""

from __future__ import annotations

import http.client
import secrets
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from core.models import User
from samples.bench.units import Answer

HOST = "127.0.0.1"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def open_session(user: User) -> str:
    """A session of the user in the database, as a sign-in leaves it; its key."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "core.backends.SignIn"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


class Network:
    """One browser with one connection that it keeps."""

    def __init__(self, port: int, session_cookie: str, session_key: str) -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=60)
        # The token that forms are sent with is a cookie beside the session, named after the port as that is.
        self.token = secrets.token_hex(16)
        self.cookies = {session_cookie: session_key, session_cookie.replace("session", "csrf"): self.token}

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None, {})

    def post(self, path: str, data: dict[str, str]) -> Answer:
        return self._ask("POST", path, urlencode(data), FORM)

    def post_part(self, path: str, data: dict[str, str]) -> Answer:
        return self._ask("POST", path, urlencode(data), {**FORM, "HX-Request": "true", "X-CSRFToken": self.token})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, path, body, {"Cookie": cookies, **headers})
        response = self.connection.getresponse()
        for given in response.headers.get_all("Set-Cookie", []):
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(given).items()})
        return Answer(response.status, response.read().decode())


class Inside:
    """The whole way through middleware, view and templates, without a network: to count and to look closer."""

    def __init__(self, user: User) -> None:
        self.client = Client(SERVER_NAME=HOST)
        self.client.cookies[settings.SESSION_COOKIE_NAME] = open_session(user)

    def get(self, path: str) -> Answer:
        return self._answer(self.client.get(path))

    def post(self, path: str, data: dict[str, str]) -> Answer:
        return self._answer(self.client.post(path, data))

    def post_part(self, path: str, data: dict[str, str]) -> Answer:
        return self._answer(self.client.post(path, data, headers={"HX-Request": "true"}))

    def _answer(self, response: Any) -> Answer:
        content = b"".join(response.streaming_content) if response.streaming else response.content
        return Answer(response.status_code, content.decode())
