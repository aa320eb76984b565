"""The main job on screens: one clock, one browser, and each person in a window of his own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client as Asker
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from core.models import User
from samples.story import world as worlds

FIXTURE = Path(worlds.__file__).with_name("main_job.json")
PATIENCE_MS = 90_000


def fixture() -> dict[str, Any]:
    return json.loads(FIXTURE.read_text())


class Theatre:
    """`at` sets the clock of the server, `by` gives the window of a role; figures are looked for on the pages."""

    def __init__(self, browser: Browser, address: str, set_clock: Callable[[datetime], None]) -> None:
        self.browser, self.address, self.set_clock = browser, address, set_clock
        self.fixture = fixture()
        self.inputs: dict[str, Any] = self.fixture["story"]
        self.world = worlds.build(self.fixture)
        self.windows: dict[str, BrowserContext] = {}
        self.complaints: list[str] = []

    def at(self, moment: str) -> None:
        """Move the clock; whoever was signed in signs in again, because days may lie between two steps."""
        self.now = datetime.fromisoformat(moment)
        self.set_clock(self.now)
        self.close()

    def later(self, **by: float) -> None:
        """Let time pass while everybody stays where he is."""
        self.now += timedelta(**by)
        self.set_clock(self.now)

    def close(self) -> None:
        for window in self.windows.values():
            window.close()
        self.windows.clear()

    def by(self, role: str) -> Page:
        """The page of the person with a role; "" is somebody without a sign-in, "role@tablet" his second device."""
        window = self.windows.get(role)
        if window is None:
            window = self.windows[role] = self.browser.new_context(
                base_url=self.address, timezone_id="UTC", locale="en-GB", viewport={"width": 1440, "height": 900}
            )
            window.set_default_timeout(PATIENCE_MS)
            if role:
                self._sign_in(window, self.world.users[role.partition("@")[0]])
            self._listen(window.new_page())
        return window.pages[0]

    def _sign_in(self, window: BrowserContext, user: User) -> None:
        asker = Asker()
        asker.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        window.add_cookies([{"name": name, "value": asker.cookies[name].value, "url": self.address}])

    def _listen(self, page: Page) -> None:
        def heard(message: Any) -> None:
            if message.type == "error" and not re.search(r"status of (409|422)", message.text):
                self.complaints.append(f"{page.url}: {message.text}")

        page.on("console", heard)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))

    def open(self, role: str, name: str, *args: Any, query: str = "") -> Page:
        """A page by the name of its address."""
        page = self.by(role)
        page.goto(reverse(name, args=args) + query)
        return page

    def worth(self, value: str, role: str = "purchaser") -> None:
        """What the stock is worth at the end of this day, as the list of stock says."""
        page = self.open(role, "inventory:stock_list", query=f"?as_of={self.now:%Y-%m-%d}")
        says(page, f"Value at cost €{value}")


def says(page: Page | Locator, *texts: str) -> None:
    """Each text stands somewhere on the page as people read it, whatever blanks are between the words."""
    for text in texts:
        pattern = re.compile(r"\s*".join(re.escape(word) for word in text.split()))
        expect(page if isinstance(page, Locator) else page.locator("body")).to_contain_text(
            pattern, timeout=PATIENCE_MS
        )


def says_not(page: Page, *texts: str) -> None:
    for text in texts:
        expect(page.locator("body")).not_to_contain_text(text)


def press(page: Page, name: str, *, exact: bool = False) -> None:
    page.get_by_role("button", name=name, exact=exact).first.click()


def follow(page: Page, name: str, *, exact: bool = False) -> None:
    page.get_by_role("link", name=name, exact=exact).first.click()


def choose(page: Page, field: Locator, text: str) -> None:
    """Choose a record in a field that searches: type a part of its name and take the first that is offered."""
    box = field.locator("xpath=following-sibling::div[contains(@class,'ts-wrapper')]").first
    box.locator(".ts-control").click()
    box.locator("input").first.fill(text)
    page.locator(".ts-dropdown .option", has_text=text).first.click()
    expect(box.locator(".item")).to_contain_text(text)
    # The field takes the focus back by a timer of its own; what is typed before that would land in it.
    page.evaluate("() => new Promise((done) => setTimeout(() => setTimeout(done)))")


def draw(page: Page, pad: Locator) -> None:
    """Sign with the mouse."""
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 30, steps=5)
    page.mouse.move(box["x"] + 220, box["y"] + 80, steps=5)
    page.mouse.up()
