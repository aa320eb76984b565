"""A pytest plugin: plain `pytest` finds servers, even where nothing runs and nothing was named.

It uses the servers of DATABASE_URL, otherwise those of a running `make run`, otherwise its own, which are thrown
away afterwards. Tests never touch the data of an instance: their database has a name of its own.
"""

from __future__ import annotations

import contextlib
import os

import pytest

from config.devstack import claims, places
from config.devstack.executing import scratch_servers


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """The earliest moment a plugin is called: the settings are not read yet, and they name the servers."""
    here = places.at(places.chosen_data_folder())
    if "DATABASE_URL" in os.environ or claims.read_state(here):
        return
    ending = contextlib.ExitStack()
    servers = ending.enter_context(scratch_servers())
    os.environ.update(servers.environment())
    pluginmanager.register(Ending(ending))


class Ending:
    """Ends the servers when pytest is done with everything else."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self.stack = stack

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        self.stack.close()
