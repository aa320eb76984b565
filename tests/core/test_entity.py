"""Records that people edit, and rows that nobody may."""

import pytest
from django.db import DatabaseError, connection, transaction

from core.errors import StaleVersion
from core.models import Branch, Event, NumberSequence, StatusChange
from core.services.records import link, linked_ids, note_status
from core.updating import add_to_rows
from tests.factories import core as make

pytestmark = pytest.mark.django_db


class TestVersion:
    def test_grows_with_every_save_also_of_few_fields(self):
        branch = make.make_branch()
        branch.name = "One"
        branch.save()
        branch.name = "Two"
        branch.save(update_fields=["name"])
        stored = Branch.objects.get(pk=branch.pk)
        assert (stored.version, stored.name) == (3, "Two")
        assert stored.updated_at > stored.created_at

    def test_a_stale_copy_is_refused_with_both_numbers(self):
        branch = make.make_branch()
        branch.save()
        with pytest.raises(StaleVersion, match="version 2, you had 1"):
            branch.expect_version(1)
        branch.expect_version(2)
        branch.expect_version(None)

    def test_the_public_id_is_made_by_the_database_in_order_of_time(self):
        first, second = make.make_branch(), make.make_branch()
        first.refresh_from_db()
        second.refresh_from_db()
        assert first.uuid.version == 7
        assert first.uuid < second.uuid


class TestAppendOnly:
    @pytest.fixture(params=["event", "status"])
    def row(self, request, noon):
        if request.param == "event":
            return Event.objects.create(name="x", payload={})
        branch = make.make_branch()
        note_status(branch, old="", new="open", at=noon, by=make.make_user())
        return StatusChange.objects.get()

    @pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
    def test_raw_sql_is_refused(self, row, statement):
        refused = pytest.raises(DatabaseError, match="Cannot update or delete")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(row._meta.db_table))
        assert type(row).objects.filter(pk=row.pk).exists()


class TestAddToRows:
    @pytest.fixture
    def series(self):
        organization = make.make_organization()
        kinds = ["invoice", "quote", "shipment"]
        return [
            NumberSequence.objects.create(organization=organization, kind=kind, year=2026, pattern="{n}", next_number=5)
            for kind in kinds
        ]

    def numbers(self):
        return list(NumberSequence.objects.order_by("pk").values_list("next_number", flat=True))

    def test_adds_to_many_rows_in_one_statement(self, series, django_assert_num_queries):
        first, second, _third = series
        with django_assert_num_queries(1):
            changed = add_to_rows(NumberSequence, {first.pk: {"next_number": 3}, second.pk: {"next_number": -2}})
        assert changed == {first.pk, second.pk}
        assert self.numbers() == [8, 3, 5]

    def test_a_guarded_row_that_would_fall_below_zero_is_left_alone(self, series):
        first, second, _third = series
        deltas = {first.pk: {"next_number": -6}, second.pk: {"next_number": -5}}
        assert add_to_rows(NumberSequence, deltas, guard=["next_number"]) == {second.pk}
        assert self.numbers() == [5, 0, 5]

    def test_nothing_asked_nothing_done(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert add_to_rows(NumberSequence, {}) == set()


class TestLinks:
    def test_a_link_is_made_once_and_found_from_the_other_side(self):
        team, branch, other = make.make_team(), make.make_branch(), make.make_branch()
        for _ in range(2):
            link(team, branch)
        assert linked_ids(type(team), [branch, other]) == {team.pk}
        assert linked_ids(type(team), [other]) == set()
        assert linked_ids(type(team), []) == set()
