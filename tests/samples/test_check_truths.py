"""Truths against the product's answers: agreed, different, unanswered."""

import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from samples.truths.compare import differences, plain, show, without_fields
from samples.truths.registry import answers
from tests.samples.small_set import rows, write


def different(expected, actual):
    return list(differences(plain(expected), plain(actual)))


def test_numbers_agree_to_the_fourth_place():
    assert (
        different({"a": 190.2598, "b": [1, 2.0]}, {"a": Decimal("190.25979999"), "b": [Decimal("1.000000"), 2]}) == []
    )
    assert different(10005534, Decimal("10005534.00")) == []
    assert different(1.5, Decimal("1.5002")) == [("", Decimal("1.5"), Decimal("1.5002"))]
    assert plain(Decimal("1200.0000")) == 1200
    assert show(plain(Decimal("1200.0000"))) == "1200"


@pytest.mark.parametrize(
    ("expected", "actual", "place"),
    [
        ([{"n": 1}], [{"n": 2}], "[0].n"),
        ([1], [1, 2], "[1]"),
        ({"a": 1}, {"a": 1, "b": 2}, "b"),
        ("East", "West", ""),
        (1, None, ""),
        (5, "5", ""),
    ],
)
def test_says_where_values_differ(expected, actual, place):
    assert [found[0] for found in different(expected, actual)] == [place]


def test_leaves_out_fields_the_product_does_not_keep():
    assert without_fields([{"offer": 1, "lines": 2}], ("offer",)) == [{"lines": 2}]


def test_a_truth_is_answered_once():
    with pytest.raises(RuntimeError, match="twice"):
        answers("aw.customers")(lambda: 0)


@pytest.fixture
def check(tmp_path):
    def run(*truths, only=""):
        values = [{"id": truth, "value": value} for truth, value in truths]
        (tmp_path / "truths.json").write_text(json.dumps({"truths": values}))
        out = StringIO()
        try:
            call_command("check_truths", str(tmp_path), "--only", only, stdout=out)
        except CommandError as error:
            return out.getvalue(), str(error)
        return out.getvalue(), None

    return run


@pytest.fixture
def loaded(db, tmp_path):
    folder = tmp_path / "adventureworks"
    folder.mkdir()
    call_command("load_adventureworks", str(write(folder, rows())), stdout=StringIO())


def test_matches(loaded, check):
    said, refused = check(
        ("aw.customers", 3),
        ("aw.bom_rows", 5),
        ("aw.bom_rows_open", 4),
        ("aw.orders_total", {"orders": 2, "subtotal": 740, "tax": 16, "freight": 4, "total_due": 760}),
        ("aw.purchase_by_status", [{"status": 4, "orders": 1, "subtotal": 90, "total_due": 99.2}]),
        ("aw.routing", {"operations": 1, "hours": 4, "planned": 49, "actual": 49, "late": 1}),
        ("fmt.bank/x.sta", {"statements": 2}),
    )
    assert refused is None
    assert "matched        aw.customers\n" in said
    assert "no report yet  fmt.bank/x.sta\n" in said
    assert said.endswith("7 truths: 6 matched, 0 differs, 1 no report yet.\n")


def test_a_difference_is_told_with_both_values_and_fails(loaded, check):
    said, refused = check(("aw.customers", 4), ("aw.stores", 1))
    assert "differs        aw.customers\n" in said
    assert "expected 4, actual 3" in said
    assert refused == "1 truths differ."


def test_data_that_is_not_loaded_differs(db, check):
    said, refused = check(("aw.customers", 4), ("crm.stages", []), only="crm.")
    assert "the opportunities are not loaded" in said
    assert "aw.customers" not in said
    assert refused


def test_without_truths_there_is_nothing_to_compare(db, tmp_path):
    with pytest.raises(CommandError, match="missing"):
        call_command("check_truths", str(tmp_path))
