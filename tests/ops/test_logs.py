"""Log lines: one JSON object each in production, and nothing in them that opens a door."""

from __future__ import annotations

import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
import structlog

from config.logs import configured, without_tokens

RESET = "/accounts/password/reset/key/1-dies8w-94c8c5b28fe4b220b478781bb04c73e1/"


@pytest.fixture
def json_lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The lines of production, and the test run's own logging back afterwards."""
    lines, root = StringIO(), logging.getLogger()
    handlers, level = list(root.handlers), root.level
    wanted = configured(as_json=True)
    wanted["handlers"]["console"]["stream"] = lines
    logging.config.dictConfig(wanted)
    yield lambda: [json.loads(line) for line in lines.getvalue().splitlines()]
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def test_a_business_fact_keeps_its_fields(json_lines):
    logging.getLogger("sales.services.orders").info("order confirmed", extra={"order_id": 81})
    (line,) = json_lines()
    assert line["event"] == "order confirmed"
    assert (line["order_id"], line["level"], line["logger"]) == (81, "info", "sales.services.orders")
    assert line["timestamp"].endswith("Z")


def test_an_exception_is_one_line(json_lines):
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        logging.getLogger("core").exception("event handler failed")
    (line,) = json_lines()
    assert "ZeroDivisionError" in line["exception"]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (RESET, "/accounts/password/reset/key/…/"),
        ("/visit/Zx81kQp2mN7rT5vW9yB3cD/", "/visit/…/"),
        ("/orders/?q=Marta+Lindqvist", "/orders/"),
        ("/orders/81/lines/", "/orders/81/lines/"),
        ("/clients/0190f0c2-7b1a-7cc3-98c4-dc0c0c07398f/", "/clients/0190f0c2-7b1a-7cc3-98c4-dc0c0c07398f/"),
    ],
)
def test_a_path_tells_where_but_opens_nothing(path, shown):
    assert without_tokens(path) == shown


def test_djangos_own_lines_hold_no_token_either(json_lines):
    logging.getLogger("django.request").error("Internal Server Error: %s", RESET)
    (line,) = json_lines()
    assert line["event"] == "Internal Server Error: /accounts/password/reset/key/…/"
