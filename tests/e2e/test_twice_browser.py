"""Impatient people in Chromium: a double click sends once; going back and pressing again does nothing twice."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, Request

from tests.e2e import twice_floor, twice_making, twice_money, twice_selling, twice_stores
from tests.e2e.twice import Act, Scene, changed, facts
from tests.factories.core import make_user

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PATIENCE_MS = 30_000
TABLES = (twice_selling, twice_stores, twice_making, twice_floor, twice_money)
ACTS = {act.name: act for table in TABLES for act in table.ACTS}
# One for each way in which a form is made and sent.
CHOSEN = (
    "lead: make a deal", "quote: send", "quote: accept by link", "order: confirm", "order: ship",
    "receipt: post all", "count: post", "work order: release", "work order: report output", "invoice: post",
    "invoice: credit", "payment: allocate", "web form: send",
)  # fmt: skip


class Window:
    """A person's window that counts what it sends."""

    def __init__(self, browser: Browser, address: str, act: Act) -> None:
        self.act, self.user = act, None
        self.context = browser.new_context(base_url=address, timezone_id="UTC", locale="en-GB")
        self.context.set_default_timeout(PATIENCE_MS)
        if act.role:
            self.user = make_user(act.role, first_name="Ann", last_name="Lee")
            asker = Client()
            asker.force_login(self.user)
            name = settings.SESSION_COOKIE_NAME
            self.context.add_cookies([{"name": name, "value": asker.cookies[name].value, "url": address}])
        self.page = self.context.new_page()
        self.sent: list[str] = []
        self.page.on("request", self._count)

    def _count(self, request: Request) -> None:
        if request.method == "POST" and request.is_navigation_request():
            self.sent.append(request.url)

    def open(self, scene: Scene) -> None:
        self.page.goto(scene.path)

    @property
    def form(self):
        wanted = self.act.form
        if wanted.startswith("/"):
            return self.page.locator(f"form[action*='{wanted}']").first
        if wanted:
            return self.page.locator(f"form#{wanted}, form.{wanted}").first
        return self.page.locator("main form[method=post]").first

    @property
    def button(self):
        if self.act.button:
            name, value = self.act.button
            return self.form.locator(f"button[name={name}][value='{value}']").first
        return self.form.locator("button[type=submit].btn-primary, button[type=submit]:not([name])").first

    def fill(self, scene: Scene) -> None:
        for name, value in scene.typed.items():
            field = self.page.locator(f"[name='{name}']:not([type=hidden])").first
            kind = field.get_attribute("type") or field.evaluate("e => e.tagName.toLowerCase()")
            if kind in ("radio", "checkbox"):
                self.page.locator(f"[name='{name}'][value='{value}']").first.check()
            elif kind == "select":
                field.select_option(str(value))
            else:
                field.fill(str(value))
                field.press("Escape")  # a calendar that opened
        for pad in self.page.locator("[data-pad]").all():
            _sign(self.page, pad)

    def send(self, how: str) -> None:
        """Press the button; where it asks first, the yes of its dialog."""
        asks = self.button.get_attribute("data-confirm")
        if asks:
            self.button.click()
        with self.page.expect_navigation():
            _press(self.page.locator(f"{asks} button[value=yes]") if asks else self.button, how)
        self.page.wait_for_load_state()


def _sign(page: Page, pad: Locator) -> None:
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 40, steps=4)
    page.mouse.up()


def _press(button, how: str) -> None:
    button.dblclick() if how == "twice" else button.click()


@pytest.mark.parametrize("name", CHOSEN)
def test_a_double_click_sends_once_and_back_does_nothing_twice(live_server, browser: Browser, name: str):
    act = ACTS[name]
    window = Window(browser, live_server.url, act)
    try:
        scene = act.prepare(window.user)
        window.open(scene)
        window.fill(scene)
        untouched = facts()
        window.send("twice")
        assert len(window.sent) == 1, window.sent
        assert changed(untouched) != []
        if name == "quote: send":  # going back leads to mailing it once more, and says so
            return
        done = facts()
        window.page.go_back()
        window.page.wait_for_load_state()
        _again(window.page, window)
        assert changed(done) == []
    finally:
        window.context.close()


def _again(page: Page, window: Window) -> None:
    """Press the same button again, where the page still has it."""
    if window.button.count() == 0 or not window.button.is_enabled():
        return
    asks = window.button.get_attribute("data-confirm")
    window.button.click()
    if asks:
        page.locator(f"{asks} button[value=yes]").click()
    page.wait_for_load_state()
    assert not re.search(r"Server Error|500", page.title())
