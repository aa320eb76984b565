"""The names of the demo company's clients."""

from random import Random

from samples.demo import names


def test_no_company_asks_twice_under_one_name():
    random, known = Random(7), set()  # noqa: S311
    drawn = [names.new_company(random, known) for _number in range(120)]
    assert len(set(drawn)) == 120 and known == set(drawn)
