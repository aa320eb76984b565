"""Every page in a language whose words are 40 % longer: nothing runs out of the page, no button is cut, and nothing
comes to the page without having been translated.

Pages are found by walking the resolver; cards and forms by the records of the matrix of rights.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as all_settings
from django.db import models
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Browser, Error, Page

from core.models import User
from tests.authz import routes
from tests.authz.objects import is_known, targets_of
from tests.authz.world import World
from tests.languages.pseudo import CODE, write_catalogue
from tests.languages.unmarked import SAME_EVERYWHERE
from tests.ui.browsing import WIDTHS, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

HEIGHT = 900
ROLE = "administrator"
# Not of the product's own making, or made for machines and for those who build it.
OUTSIDE = ("/components/", "/health/", "/accounts/3rdparty/", "/api/v1/docs")
# What a page says without gettext, by right: names of languages in their own words, codes, samples to copy.
OWN_WORDS = re.compile(r"Deutsch|English|[\w.+-]+@[\w.-]+|[A-Z]\w+/[A-Z][\w/]+|[a-z_-]+[._:/][\w._:/*-]+")
LOOK = (Path(__file__).parent / "look.js").read_text()


@pytest.fixture
def still_browser(
    launch_browser: Callable[..., Browser], browser_type_launch_args: dict[str, Any]
) -> Iterator[Browser]:
    """A browser that draws nothing by itself, for pages that are measured only: a third less work."""
    arguments = [*browser_type_launch_args["args"], "--disable-threaded-compositing"]
    browser = launch_browser(**{**browser_type_launch_args, "args": arguments})
    yield browser
    browser.close()


@pytest.fixture
def pseudo(settings: Any, tmp_path: Path) -> None:
    """The language nobody speaks, for one test."""
    write_catalogue(tmp_path)
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = [*all_settings.LANGUAGES, (CODE, "Pseudo")]


def addresses(world: World) -> dict[str, str]:
    """The pages that an administrator opens: name of the route and one address of it."""
    found = {}
    for route in routes.pages():
        if "GET" not in route.methods or not is_known(route) or route.pattern.startswith(OUTSIDE):
            continue
        arguments = next(iter(targets_of(route, world, ROLE).values())).arguments
        try:
            found[route.name] = route.name if route.name[0] == "/" else reverse(route.name, kwargs=arguments)
        except NoReverseMatch:
            continue
    return found


def words_of_data() -> set[str]:
    """All words that stand in the tables: what is data needs no translation."""
    found: set[str] = set()
    for model in apps.get_models():
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, (models.CharField, models.TextField, models.JSONField, models.UUIDField))
        ]
        for row in model._default_manager.values_list(*names)[:500] if names else []:
            found.update(re.findall(r"[a-z]+", " ".join(map(str, row)).lower()))
    return found


def untranslated(texts: list[str], data: set[str]) -> list[str]:
    """The texts of more than three plain letters that are neither data nor the same in every language."""
    found = []
    for text in texts:
        rest = OWN_WORDS.sub(" ", SAME_EVERYWHERE.sub(" ", text))
        words = [word for word in re.findall(r"[A-Za-z]+", rest) if word.lower() not in data]
        if rest.isascii() and sum(map(len, words)) > 3:
            found.append(text)
    return found


def opens(page: Page, url: str) -> bool:
    """Is there a whole page at this address itself? No part, no file, no way to another page."""
    try:
        response = page.goto(url, wait_until="load")
    except Error:  # a file to download
        return False
    is_page = response is not None and response.status == 200 and response.url.partition("?")[0] == url
    return is_page and page.locator("head link[rel=stylesheet]").count() > 0


def test_every_page_bears_words_that_are_longer_and_says_nothing_untranslated(
    still_browser: Browser, live_server, pseudo
):
    world, page = World(), still_browser.new_page()
    User.objects.update(language=CODE)
    pages = addresses(world)
    sign_in(page, live_server.url, world.people[ROLE])
    found, seen, data = [], 0, words_of_data()
    page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    for name, path in pages.items():
        if not opens(page, live_server.url + path):
            continue
        seen += 1
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            looks = page.evaluate(LOOK, width == WIDTHS[-1])
            found += [f"{name} at {width}: {what}" for what in looks["wide"]]
        found += [f"{name}: not translated: {text}" for text in untranslated(json.loads(looks["texts"]), data)]
    page.close()
    assert seen > 60
    assert not found, "\n".join(found)


def test_stretching_keeps_placeholders_and_tags():
    from tests.languages.pseudo import stretched

    text = stretched("Save %(count)s <b>orders</b> of {name}, 5 %% off")
    assert "%(count)s" in text and "<b>" in text and "{name}" in text and "%%" in text
    assert "Save" not in text
    assert len(stretched("Production")) == 14
