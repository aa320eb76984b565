"""The theatre of the main job: a live server, a clock that the test sets, Chromium."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from playwright.sync_api import Browser, expect

from tests.e2e.theatre import PATIENCE_MS, Theatre

USUAL_MS = 5_000


@pytest.fixture
def theatre(transactional_db, live_server, browser: Browser) -> Iterator[Theatre]:
    expect.set_options(timeout=PATIENCE_MS)
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
        made = Theatre(browser, live_server.url, clock.move_to)
        yield made
        made.close()
        expect.set_options(timeout=USUAL_MS)
        assert made.complaints == []
