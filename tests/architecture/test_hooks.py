"""What a base class leaves to its subclasses is there in each that people reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import get_resolver

from config import urls  # noqa: F401 - the registers are known with the pages
from core.ui import registers
from tests.architecture.project import APPS

FORMS = [register for register in registers.everything() if register.form_class is not None]


def is_left(method: Any) -> bool:
    """Does the method do nothing but say that a subclass has to?"""
    code = getattr(method, "__code__", None)
    return code is not None and code.co_names == ("NotImplementedError",)


def left_in(cls: type) -> list[str]:
    return [name for name in dir(cls) if not name.startswith("__") and is_left(getattr(cls, name, None))]


def pages(resolver: Any) -> Iterator[type]:
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from pages(pattern)
        elif (view := getattr(pattern.callback, "view_class", None)) and view.__module__.split(".")[0] in APPS:
            yield view


def test_no_page_leaves_open_what_its_base_asks_for():
    found = set(pages(get_resolver()))
    assert len(found) > 300
    assert {view.__qualname__: left for view in found if (left := left_in(view))} == {}


@pytest.mark.parametrize("register", FORMS, ids=lambda register: register.key)
def test_a_register_with_a_form_knows_the_service_behind_it(register):
    assert not is_left(type(register).change_record)


def test_what_is_left_open_is_found():
    class Base:
        def act(self) -> None:
            raise NotImplementedError

    class Filled(Base):
        def act(self) -> None:
            """Nothing to do."""

    assert (left_in(Base), left_in(Filled)) == (["act"], [])
