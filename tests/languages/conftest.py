"""Catalogues as `make setup` compiles them, for whoever starts pytest without it."""

from collections.abc import Iterator

import pytest

from config import messages


@pytest.fixture(autouse=True, scope="session")
def compiled() -> Iterator[None]:
    messages.compile_all()
    yield
