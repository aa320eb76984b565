"""What axe objects to on the page that is shown."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

FIND = Path(__file__).with_suffix(".js").read_text()
# Keys of texts whose contrast was found to be enough, on any page that this process has seen.
passed: set[str] = set()


def findings(page: Page) -> AxeResults:
    """What axe objects to on a page: all its rules in the light theme, those of colour in the dark one.

    A text that passed the rule of contrast is known by its key and not measured again; one that axe could not judge
    is measured each time.
    """
    known = " ".join(passed)  # one text: a list of thousands is taken apart and checked key by key on its way
    found = page.evaluate(FIND, known)
    if found is None:
        bring(page)
        found = page.evaluate(FIND, known)
    passed.update(found["passed"])
    return AxeResults({**found, "url": page.url, "testEngine": {"name": "axe-core"}})


def bring(page: Page) -> None:
    """Put axe into a page, by the road on which the browser compiles it once for all pages of a window."""
    session = page.context.new_cdp_session(page)
    try:
        answer = session.send("Runtime.evaluate", {"expression": AXE_SCRIPT})
    finally:
        session.detach()
    assert "exceptionDetails" not in answer, answer["exceptionDetails"]
