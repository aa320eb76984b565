"""Fixtures shared by all tests; what only one app needs lives in that app's folder."""

import gc
import os
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, settings
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from config import administration, syscheck  # noqa: F401 - tests look at the pages of all records
from core import setup
from tests import copying, emptying, serving

# A busy machine is no finding of a test.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

# The browser tool keeps an event loop in the thread of the test, which Django would take for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first: what is long and last would keep one process busy while the others are done."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: rubbish is looked for among what comes later, and seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """A browser test that failed says where it stood and what could be read there."""
    outcome = yield
    report = outcome.get_result()
    page = getattr(item, "funcargs", {}).get("page")
    if report.when != "call" or not report.failed or page is None or page.is_closed():
        return
    try:
        said = page.locator("body").inner_text(timeout=2000)
    except PlaywrightError as error:
        said = str(error)
    report.sections.append(("the page", f"{page.url}\n{said[:3000]}"))


@pytest.fixture(scope="session", autouse=True)
def quick_servers() -> Iterator[None]:
    """Tests that commit leave an empty database behind, and that in a moment; browsers are served quickly.

    The second process of a run begins with a copy of the tables that the first one made.
    """
    with pytest.MonkeyPatch.context() as patch:
        copying.install(patch)
        emptying.install(patch)
        serving.install(patch)
        yield


@pytest.fixture(autouse=True)
def nothing_set_up() -> None:
    """A test starts without own fields, with everything switched on and in English, whatever the one before it did."""
    setup.assume(setup.Setup())
    translation.activate(django_settings.LANGUAGE_CODE)


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A transaction around a whole module: records made in it are there for each test, which leaves them as they were.

    For records that take longer to make than the tests do, in modules where all tests want them and none commits.
    What such a fixture returns is handed out as a copy: a change in memory is not taken back with what was written.
    Not for modules with a `TestCase` of Django's, which closes the connection at its end.
    """
    yield from _kept(django_db_blocker)


@pytest.fixture(scope="class")
def kept_by_class(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The same around one class, where other tests of the module want none of its records."""
    yield from _kept(django_db_blocker)


def _kept(django_db_blocker: Any) -> Iterator[None]:
    setup.assume(setup.Setup())
    translation.activate(django_settings.LANGUAGE_CODE)
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def noon() -> datetime:
    """A fixed working moment: Monday, 12:00 UTC."""
    return datetime(2026, 9, 14, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium; a browser test asks for it by `page` and is skipped where there is none."""
    chromium = syscheck.browser()
    if chromium is None:
        pytest.skip(f"no Chromium: apt-get install -y {syscheck.HEADLESS}")
    return {**browser_type_launch_args, "executable_path": chromium, "args": BROWSER_ARGUMENTS}


@pytest.fixture
def quiet_page(page: Page) -> Iterator[Page]:
    """A page on which the browser has nothing to complain about: no error, no refused script, no missing file."""
    complaints: list[str] = []
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.goto("about:blank")  # nothing asks the server any more when its database is emptied
    assert complaints == []
