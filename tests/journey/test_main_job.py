"""The golden story, told through the services: every figure to the cent."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import Any

import pytest

from core import ledgers
from samples.management.commands.story import MAIN_JOB
from samples.story.run import StepResult, tell

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fixture(settings: Any, tmp_path: Any) -> dict[str, Any]:
    settings.MEDIA_ROOT = tmp_path
    return json.loads(MAIN_JOB.read_text(encoding="utf-8"))


def differences(results: list[StepResult]) -> list[str]:
    return [
        f"{result.number} {name}: expected {wanted}, got {actual}"
        for result in results
        for name, (wanted, actual) in result.differences.items()
    ]


def figures(results: list[StepResult]) -> dict[str, dict[str, str]]:
    return {result.number: result.actual for result in results}


def test_every_figure_of_the_main_job(fixture: dict[str, Any]) -> None:
    _run, results = tell(fixture)

    assert differences(results) == []
    assert sum(len(result.expected) for result in results) > 150
    assert {result.number for result in results} == set(fixture["expected"])
    assert ledgers.run_all() == []


def test_every_command_issued_twice_changes_nothing(fixture: dict[str, Any]) -> None:
    _run, results = tell(fixture, twice=True)  # raises ChangedTwice when a second call moves a row

    assert differences(results) == []
    assert ledgers.run_all() == []


def test_moving_average_instead_of_layers(fixture: dict[str, Any]) -> None:
    fixture = copy.deepcopy(fixture)
    fixture["valuation"] = "average"
    del fixture["expected"]
    _run, results = tell(fixture)
    issue = figures(results)["11"]

    assert issue["ALU-P"] == "347.09"
    assert issue["GLS-8"] == "302.94"
    assert issue["HWK"] == "159.43"
    assert issue["material"] == "809.46"
    assert ledgers.run_all() == []


def test_another_fixture_gives_its_own_figures(fixture: dict[str, Any]) -> None:
    """Other quantity, price, discount, pack and a holiday: the figures follow by hand calculation."""
    other = copy.deepcopy(fixture)
    del other["expected"]
    story = other["story"]
    other["prices"]["GP-200"] = "600.00"
    for quote in (story["quote_1"], story["quote_2"]):
        quote["lines"][0]["qty"] = "2"
    story["quote_2"]["lines"][0]["discount_pct"] = "10"
    story["ask_estimate"]["lines"] = {"GP-200": "2"}
    other["supplier_items"][0]["pack"] = "3"
    other["calendar"]["holidays"] = [["2026-03-13", "Plant holiday"]]
    story["receipts"][0]["lines"] = {}
    story["receipts"] = [
        {"at": "2026-03-19T09:00:00+00:00", "supplier": "clearpane", "lines": {"GLS-8": "3"}, "freight": "9.00"},
    ]
    story["issue"]["qtys"] = {"ALU-P": "19.76", "GLS-8": "4.8", "HWK": "2"}
    story["output"]["qty"] = "2"
    story["shipments"] = [story["shipments"][0]]
    story["bills"] = [story["bills"][0]]
    story["statement"]["rows"][1]["amount"] = "-158.10"
    _run, results = tell(other)
    told = figures(results)

    # 2 × 600.00 × 0.9 = 1,080.00; net 1,080.00 + 389.50 + 64.37; tax 20 % on 1,144.37 and 10 % on 389.50
    assert told["6"]["net"] == "1533.87"
    assert told["6"]["tax 20 % on 1144.37"] == "228.87"
    assert told["6"]["gross"] == str(Decimal("1533.87") + Decimal("228.87") + Decimal("38.95"))
    # 4.8 m² wanted, 4 in stock, pack 3: buy 3; hardware and profile come from stock
    assert told["8"]["buy GLS-8"] == "3"
    assert told["8"]["peg GLS-8 purchase"] == "0.8"
    assert "buy HWK" not in told["8"]
    # glass: 5 working days after 11 March without the 13th: 19 March, usable on the 20th
    assert told["9"]["CUT"].startswith("2026-03-20 08:00")
    assert told["9"]["bottleneck"] == "GLS-8"
    # 3 × 41.25 + 9.00 = 132.75; 0.8 × 44.25 = 35.40 after the 4 m² at 38.40
    assert told["10"]["GLS-8 value"] == "132.75"
    assert told["11"]["GLS-8"] == "189.00"
    assert told["11"]["ALU-P"] == "221.31"
    assert ledgers.run_all() == []
