"""What axe objects to on the page that is shown."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

FIND = Path(__file__).with_suffix(".js").read_text()
SHOWN_DARK = """() => {
    const chosen = document.documentElement.dataset.theme || "system";
    return chosen === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : chosen === "dark";
}"""
# Keys of texts whose contrast was found to be enough, on any page that this process has seen.
passed: set[str] = set()


def findings(page: Page) -> AxeResults:
    """What axe objects to on a page: all its rules in the light theme, those of colour in the dark one.

    A text that passed the rule of contrast is known by its key and not measured again; one that axe could not judge
    is measured each time.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(FIND, {"passed": sorted(passed), "isDark": page.evaluate(SHOWN_DARK)})
    passed.update(found["passed"])
    return AxeResults({**found, "url": page.url, "testEngine": {"name": "axe-core"}})
