"""Switching for tests, and a module with one page, one entry and one register of its own."""

import pytest

from core.actors import SYSTEM
from core.services.switches import switch_off, switch_on
from core.ui import switches


@pytest.fixture
def off():
    """Switch something off together with all that needs it."""

    def switch(code):
        return switch_off(code=code, together=[other.code for other in switches.needed_by(code)], by=SYSTEM)

    return switch


@pytest.fixture
def on():
    def switch(code):
        return switch_on(code=code, together=[other.code for other in switches.needs_of(code)], by=SYSTEM)

    return switch
