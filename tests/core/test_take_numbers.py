"""Document numbers: gap-free under rollbacks and rivals, by year and by branch."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from core.actors import SYSTEM
from core.errors import InvalidValue, NotAllowed, SequenceMissing
from core.models import NumberSequence
from core.services.numbers import start_series, take_number, take_numbers
from tests.factories import core as make

DAY = date(2026, 9, 14)


def take(organization, kind="invoice", on=DAY, branch=None):
    with transaction.atomic():
        return take_number(kind, organization=organization, on=on, branch=branch)


class Refused(Exception):
    pass


@pytest.mark.django_db
class TestSeries:
    def test_starts_by_itself_and_counts_on(self):
        organization = make.make_organization()
        assert [take(organization) for _ in range(3)] == ["INV-2026-00001", "INV-2026-00002", "INV-2026-00003"]
        assert take(organization, "quote") == "Q-2026-00001"

    def test_every_year_begins_anew_in_any_order(self):
        organization = make.make_organization()
        days = [date(2026, 12, 31), date(2027, 1, 1), date(2026, 12, 31), date(2027, 1, 2)]
        assert [take(organization, on=day) for day in days] == [
            "INV-2026-00001",
            "INV-2027-00001",
            "INV-2026-00002",
            "INV-2027-00002",
        ]

    def test_two_companies_count_apart(self):
        first, second = make.make_organization(), make.make_organization()
        assert take(first) == take(second) == "INV-2026-00001"

    def test_a_rollback_gives_a_gap_free_number_back(self):
        organization = make.make_organization()
        take(organization)
        with pytest.raises(Refused), transaction.atomic():
            take(organization)
            raise Refused
        assert take(organization) == "INV-2026-00002"

    def test_many_at_once_in_few_statements(self, django_assert_max_num_queries):
        organization = make.make_organization()
        take(organization)
        take(organization, "shipment")
        for kind in ("invoice", "shipment"):
            with django_assert_max_num_queries(3):
                numbers = take_numbers(kind, 200, organization=organization, on=DAY)
            assert [int(number[-5:]) for number in numbers] == list(range(2, 202))
        assert take_numbers("invoice", 0, organization=organization, on=DAY) == []

    def test_an_unknown_kind_is_named(self):
        with pytest.raises(SequenceMissing, match="poem"):
            take(make.make_organization(), "poem")

    def test_the_database_keeps_one_series_per_year(self):
        organization = make.make_organization()
        take(organization)
        with pytest.raises(IntegrityError), transaction.atomic():
            NumberSequence.objects.create(organization=organization, kind="invoice", year=2026, pattern="{n}")


@pytest.mark.django_db
class TestOwnPatterns:
    def start(self, organization, pattern, **kwargs):
        fields = {"kind": "invoice", "year": 2026, "by": SYSTEM, **kwargs}
        return start_series(organization_id=organization.pk, pattern=pattern, **fields)

    def test_a_branch_counts_by_itself_and_stays_so_next_year(self):
        branch = make.make_branch(code="north")
        organization = branch.organization
        take(organization)
        self.start(organization, "{branch}/{year}/{n}", branch_id=branch.pk)
        assert take(organization, branch=branch) == "north/2026/1"
        assert take(organization) == "INV-2026-00002"
        take(organization, on=date(2027, 1, 1))
        assert take(organization, on=date(2027, 1, 1), branch=branch) == "north/2027/1"

    def test_a_branch_without_a_series_uses_the_company_one(self):
        branch = make.make_branch()
        assert take(branch.organization, branch=branch) == "INV-2026-00001"

    def test_a_chosen_pattern_lives_on_next_year(self):
        organization = make.make_organization()
        self.start(organization, "F{n:03d}/{year}")
        assert [take(organization), take(organization, on=date(2027, 5, 1))] == ["F001/2026", "F001/2027"]

    @pytest.mark.parametrize("kind", ["invoice", "quote"])
    def test_starting_twice_keeps_the_first(self, kind):
        organization = make.make_organization()
        self.start(organization, "A{n}", kind=kind)
        assert self.start(organization, "B{n}", kind=kind).pattern == "A{n}"
        assert take(organization, kind) == "A1"

    @pytest.mark.parametrize("pattern", ["INV", "{year}", "{n", "{other}{n}", "{n.real}{", "{0}"])
    def test_a_pattern_has_to_tell_numbers_apart(self, pattern):
        with pytest.raises(InvalidValue):
            self.start(make.make_organization(), pattern)

    def test_a_branch_pattern_has_to_name_the_branch(self):
        branch = make.make_branch()
        with pytest.raises(InvalidValue):
            self.start(branch.organization, "INV-{n}", branch_id=branch.pk)

    def test_needs_the_right(self):
        with pytest.raises(NotAllowed):
            self.start(make.make_organization(), "{n}", by=make.make_user("accountant"))


def _worker(organization, kind, tries):
    """Take a number again and again, every seventh time in a transaction that fails."""
    kept = []
    try:
        for number in range(tries):
            try:
                with transaction.atomic():
                    taken = take_number(kind, organization=organization, on=DAY)
                    if number % 7 == 6:
                        raise Refused
                kept.append(taken)
            except Refused:
                pass
    finally:
        connection.close()
    return kept


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["invoice", "quote"])
def test_eight_rivals_with_rollbacks(kind):
    """From the very first number of the year: gap-free series have no gap, and no series has a twin."""
    organization = make.make_organization()
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(_worker, organization, kind, 28) for _ in range(8)]
        numbers = sorted(int(text[-5:]) for future in futures for text in future.result())
    assert len(numbers) == len(set(numbers)) == 8 * 24
    if kind == "invoice":
        assert numbers == list(range(1, len(numbers) + 1))


def _unguarded(organization):
    """What must not be done: read the largest, then write the next."""
    try:
        with transaction.atomic():
            series = NumberSequence.objects.get(organization=organization, kind="invoice", year=2026)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.05)")
            NumberSequence.objects.filter(pk=series.pk).update(next_number=series.next_number + 1)
            return series.next_number
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_the_unguarded_way_makes_twins():
    organization = make.make_organization()
    take(organization)
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(_unguarded, [organization] * 4))
    assert len(set(numbers)) < 4
