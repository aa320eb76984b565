"""Who owes most: names are read of those that are shown, and the order is that of a list of all with names."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from finance.selectors import aged, due_days
from finance.selectors.aged import OpenDebt, Ranking

TODAY = date(2026, 3, 3)
NAMES = {key: f"{'dcbae'[key % 5]} {key}" for key in range(1, 41)}


@pytest.fixture
def asked(monkeypatch) -> list[set[int]]:
    """The keys whose names were read, ask by ask."""
    found: list[set[int]] = []

    def names(keys, _by):
        found.append(set(keys))
        return [(key, NAMES[key], "Ann", None) for key in keys]

    monkeypatch.setattr(aged, "_names", names)
    return found


def _debts() -> list[OpenDebt]:
    """Forty clients, of whom many owe the same."""
    dice = Random(7)  # noqa: S311 - the same debts each time
    made = []
    for pk in range(1, 90):
        client = pk % 40 + 1
        due_on = None if pk % 11 == 0 else TODAY - timedelta(days=dice.randrange(-20, 140))
        made.append(OpenDebt(pk, client, client + 100, due_on, Decimal(dice.choice((5, 10, 10, 20)))))
    return made


@pytest.mark.parametrize("size", [1, 7, 40])
def test_pages_are_slices_of_the_list_of_all(asked, size):
    debts = _debts()
    everybody = sorted(aged.by_party(debts, TODAY), key=lambda party: (-party.total, party.name))
    ranking = Ranking(debts, TODAY, aged.CLIENT)
    shown = [party for at in range(0, len(ranking), size) for party in ranking[at : at + size]]
    assert shown == everybody
    assert ranking[3] == everybody[3]


def test_only_shown_parties_and_those_that_owe_as_much_are_named(asked):
    debts = [OpenDebt(pk, pk, pk, TODAY, Decimal(amount)) for pk, amount in enumerate((9, 8, 8, 8, 7, 6), start=1)]
    assert [party.key for party in Ranking(debts, TODAY, aged.CLIENT)[:2]] == [1, 3]  # "b 3" before "c 2" and "a 4"
    assert asked == [{1, 2, 3, 4}]


def test_sums_by_day_are_the_sums_of_the_parties(asked):
    debts = _debts()
    assert due_days.totals_of(due_days.by_day(debts), TODAY) == aged.totals(aged.by_party(debts, TODAY))
