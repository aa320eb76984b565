"""What the benchmarks say about themselves: works that do what they measure, and the comparison of two sets."""

from __future__ import annotations

from random import Random

import pytest
from django.utils import timezone

from core.models import User
from sales.models import Deal, StageChange
from samples.bench import report, tenfold
from samples.bench.browsers import Inside
from samples.bench.measuring import Closer
from samples.bench.works import WORKS
from samples.volume.company import FIRST_USER
from samples.volume.loading import load
from samples.volume.plan import Plan

OF_FIGURES = ("W4", "W4p", "W6", "W10", "W10p", "W11", "W11h", "W12")


@pytest.mark.django_db
def test_each_work_gets_the_page_it_expects_and_a_move_moves():
    load(Plan(until=timezone.now().date(), fraction=0.004), lambda text: None)
    browser = Inside(User.objects.get(email=FIRST_USER))
    steps = StageChange.objects.count()
    for code in OF_FIGURES:
        dice = Random(code)  # noqa: S311 - nothing here is a secret
        for unit in WORKS[code].units(2, dice):
            WORKS[code].do(browser, unit)
    moved = StageChange.objects.count() - steps
    assert moved == 2
    assert Deal.objects.filter(status="open", version__gt=1).count() == moved


def test_the_table_of_both_sets_says_what_became_too_dear():
    cheap, dear = Closer(10, 9.0, 4.0, 2.0), Closer(10, 20.0, 9.0, 6.0)
    table = tenfold.table_of({"W1": cheap, "W10p": cheap, "W12": cheap}, {"W1": cheap, "W10p": dear, "W12": dear})
    verdicts = [line.split("|")[-2].strip() for line in table.splitlines()[2:]]
    assert verdicts == ["yes", "**no**", "grows"]


def test_a_section_is_put_in_anew_and_the_others_stay():
    page = "# Page\n\n## Times\nx\n\n## Old\nwas\n\n## Last\nz\n"
    told = report.with_section(page, "Old", "\n## Old\nis\n")
    assert told == "# Page\n\n## Times\nx\n\n## Old\nis\n\n## Last\nz\n"
    assert report.with_section("# Page\n", "New", "\n## New\ny\n") == "# Page\n\n## New\ny\n"
