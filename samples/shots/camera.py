"""The camera: a server on a free port of this machine, a browser, and a person of each role signed in."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

from core.models import User

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
HEIGHTS = {1440: 900, 1024: 768, 390: 844}


class Silent(WSGIRequestHandler):
    """Photographs are taken by the hundred: no line for each file."""

    def log_message(self, format: str, *args: Any) -> None:
        return


@contextmanager
def serving() -> Iterator[str]:
    """The product on a free port of 127.0.0.1, as long as the block runs."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), Silent)
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def person_of(role: str) -> User | None:
    """Who holds the role in the demo: the one with the fewest other roles."""
    rows = User.objects.filter(is_active=True, role_assignments__role__code=role)
    return min(rows, key=lambda user: (user.role_assignments.count(), user.pk), default=None)


@dataclass
class Camera:
    """Takes pictures of paths; `problems` are complaints of the browser and pages wider than the window."""

    base: str
    browser: Any
    folder: Path
    problems: list[str] = field(default_factory=list)

    def take(self, name: str, path: str, user: User | None, *, widths: Sequence[int], themes: Sequence[str],
             full: bool = False, act: Any = None) -> list[Path]:  # fmt: skip
        from playwright.sync_api import Error as PlaywrightError

        taken = []
        for theme in themes:
            context = self.browser.new_context(locale="en-GB", timezone_id="Europe/Berlin")
            cookies = [{"name": "theme", "value": theme, "url": self.base}]
            if user is not None:
                cookies.append({"name": settings.SESSION_COOKIE_NAME, "value": _session(user), "url": self.base})
            context.add_cookies(cookies)
            page = context.new_page()
            page.set_default_timeout(10_000)
            page.on("pageerror", lambda error: self.problems.append(f"{name}: {error}"))
            page.on("console", lambda told: told.type == "error" and self.problems.append(f"{name}: {told.text}"))
            for width in widths:
                page.set_viewport_size({"width": width, "height": HEIGHTS.get(width, 900)})
                page.goto(self.base + path, wait_until="networkidle")
                if act is not None:
                    try:
                        act(page)
                    except PlaywrightError as failed:
                        self.problems.append(f"{name} at {width}: {str(failed).splitlines()[0]}")
                page.wait_for_timeout(250)
                wide = page.evaluate("document.documentElement.scrollWidth")
                if wide > width:
                    self.problems.append(f"{name}: {wide} px wide in a window of {width}")
                file = self.folder / f"{name}-{width}{'' if theme == 'light' else '-' + theme}.png"
                page.screenshot(path=str(file), full_page=full)
                taken.append(file)
            context.close()
        return taken


@contextmanager
def camera(folder: Path) -> Iterator[Camera]:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if chromium is None:
        raise RuntimeError("No Chromium here: apt-get install -y chromium-headless-shell")
    folder.mkdir(parents=True, exist_ok=True)
    with serving() as base, sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        try:
            yield Camera(base, browser, folder)
        finally:
            browser.close()


def _session(user: User) -> str:
    """The key of a signed-in session, made as signing in makes it, but without asking for a password."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "core.backends.SignIn"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)
