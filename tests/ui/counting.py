"""How many statements a page takes, and that it takes no more when there is more to show."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

SLACK = 6


def statements(client: Client, url: str) -> Counter[str]:
    """Those of a page that was opened just before, by the table they read first."""
    cache.clear()  # what is remembered for a minute is remembered by the first look, whenever it was before
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200, url
    return Counter("".join(re.findall(r'FROM "(\w+)"', one["sql"])[:1]) or one["sql"][:60] for one in captured)


def assert_constant(client: Client, urls: dict[str, int], more: Callable[[int], None]) -> None:
    """Each address with its most statements: as many with 10 rows as with 1,000.

    A list of more than one page is counted besides, and the figures of the sidebar may be read anew meanwhile: a few
    more say nothing, while what grows with the rows grows by hundreds.
    """
    more(10)
    few = {url: statements(client, url) for url in urls}
    more(990)
    many = {url: statements(client, url) for url in urls}
    grown = {url: many[url] - few[url] for url in urls if many[url].total() > few[url].total() + SLACK}
    assert not grown, f"statements grow with the rows: {grown}"
    over = {url: (few[url].total(), most) for url, most in urls.items() if few[url].total() > most}
    assert not over, f"more statements than agreed: {over}"
