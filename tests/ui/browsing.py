"""A browser that is signed in, and what every page has to pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page

from core.models import User
from tests.ui.axe import findings

THEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
WIDTHS = (1440, 1024, 390)


def sign_in(page: Page, address: str, user: User) -> None:
    """Give the browser the session of a user, without the detour of typing his password."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])


# The theme has come, and no colour is on its way to another one.
RESTS = """(theme) => document.documentElement.dataset.bsTheme === theme && document.getAnimations().every(
    (one) => one.playState !== "running" || one.effect.getTiming().iterations === Infinity)"""


def looks(page: Page, url: str, widths: Sequence[int] = (1440, 390)) -> Iterator[tuple[str, int]]:
    """The page at `url` in each theme and at each width; which ones it is shown in now is handed out.

    It is loaded once: the theme changes as that of a system does, the width as that of a window.
    """
    page.set_viewport_size({"width": widths[0], "height": 900})
    page.emulate_media(color_scheme=THEMES[0], reduced_motion="reduce")
    page.goto(url, wait_until="load")
    yield from again(page, widths)


def again(page: Page, widths: Sequence[int]) -> Iterator[tuple[str, int]]:
    """What is open now in each theme and at each width; the second theme begins where the first one ended."""
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.wait_for_function(RESTS, arg=theme)
        for width in widths if theme == THEMES[0] else list(reversed(widths)):
            page.set_viewport_size({"width": width, "height": 900})
            yield theme, width


def assert_looks(page: Page, url: str, widths: Sequence[int] = (1440, 390)) -> None:
    """The page passes in both themes, on a desk and on a phone or at the widths that are named."""
    for _theme, width in looks(page, url, widths):
        assert_usable(page, width)


def pick_up(page: Page, card: Locator) -> None:
    """Press and move a little: the card is in the hand."""
    start = card.bounding_box()
    assert start
    page.mouse.move(start["x"] + 40, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(start["x"] + 55, start["y"] + 20, steps=4)


def carry(page: Page, column: Locator) -> None:
    """Move what is in the hand over a column."""
    end = column.bounding_box()
    assert end
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 100, steps=12)
    page.wait_for_timeout(60)


def drag(page: Page, card: Locator, column: Locator) -> None:
    """As a hand does it: press, move a little, move over, let go."""
    pick_up(page, card)
    carry(page, column)
    page.mouse.up()


# How wide the page is, and what stands out of the window.
TOO_WIDE = """() => [document.documentElement.scrollWidth, [...document.querySelectorAll("body *")].filter(
    (e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".tblwrap, .viewtabs, .filterbar")
).map((e) => e.outerHTML.slice(0, 120)).slice(0, 3)]"""


def assert_usable(page: Page, width: int) -> None:
    """No finding of axe, nothing wider than the screen."""
    found = findings(page)
    assert found.violations_count == 0, found.generate_report()
    taken, wide = page.evaluate(TOO_WIDE)
    assert taken <= width, f"{page.url} at {width}: {wide}"


# Tables of which a part lies out of sight to the side.
CUT_OFF = """() => [...document.querySelectorAll(".tblwrap")].filter((e) => e.scrollWidth > e.clientWidth + 1)
    .map((e) => e.querySelector("th")?.textContent + " " + e.scrollWidth)"""


def assert_fits_a_phone(page: Page, url: str) -> None:
    """Every table of the page is read on a phone without moving it sideways."""
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(url, wait_until="load")
    assert page.evaluate(CUT_OFF) == [], url
