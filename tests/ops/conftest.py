"""Real instances of the whole system, each on a data folder and a port of its own.

They bind to the loopback address, never touch the checkout's own data, and what they started ends with the test.
Starting one takes seconds, so tests that only look share one, and tests that break something leave it whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ops.instances import Instance, free_port, open_folder


@pytest.fixture
def data_folder() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def first_start() -> Iterator[Instance]:
    """One instance started on an empty folder and ended by Ctrl-C; its data is what others start from."""
    with open_folder() as folder:
        instance = Instance(folder / "var", free_port())
        try:
            instance.start()
            instance.login_page = instance.get("/accounts/login/")
            instance.interrupt()
            yield instance
        finally:
            instance.end()


@pytest.fixture(scope="session")
def running(first_start: Instance) -> Iterator[Instance]:
    """An instance that tests look at and use, without ending or changing it."""
    with open_folder() as folder:
        instance = Instance(first_start.copy_data(folder / "var"), free_port())
        try:
            instance.start()
            yield instance
        finally:
            instance.end()


@pytest.fixture(scope="session")
def victim(first_start: Instance) -> Iterator[Instance]:
    """An instance whose processes tests kill; each leaves it running again."""
    with open_folder() as folder:
        instance = Instance(first_start.copy_data(folder / "var"), free_port())
        try:
            instance.start()
            yield instance
        finally:
            instance.end()


@pytest.fixture
def launch(first_start: Instance, data_folder: Path) -> Iterator[Callable[..., Instance]]:
    """Start an instance for one test, on a copy of the migrated data."""
    started: list[Instance] = []

    def start(*, with_data: bool = True, by_make: bool = False, env: dict[str, str] | None = None) -> Instance:
        folder = data_folder / f"var{len(started)}"
        if with_data:
            first_start.copy_data(folder)
        instance = Instance(folder, free_port(), by_make=by_make, env=env)
        started.append(instance)
        instance.start()
        return instance

    yield start
    for instance in started:
        instance.end()
