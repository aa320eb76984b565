"""How many statements a page takes, and that it takes no more when there is more to show."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def statements(client: Client, url: str) -> int:
    """Of a page that was opened before."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200, url
    return len(captured)


def assert_constant(client: Client, urls: dict[str, int], more: Callable[[int], None]) -> None:
    """Each address with its most statements: as many with 10 rows as with 1,000.

    A list of more than one page is counted besides, which is one statement more.
    """
    more(10)
    few = {url: statements(client, url) for url in urls}
    more(990)
    many = {url: statements(client, url) for url in urls}
    grown = {url: (few[url], many[url]) for url in urls if not few[url] <= many[url] <= few[url] + 1}
    assert not grown, f"statements grow with the rows: {grown}"
    over = {url: (many[url], most) for url, most in urls.items() if many[url] > most}
    assert not over, f"more statements than agreed: {over}"
