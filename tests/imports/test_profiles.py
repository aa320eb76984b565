"""Every profile: rows come in once, change what differs, are refused in words, and can be taken back."""

from __future__ import annotations

import pghistory
import pytest

from core.errors import NotAllowed
from core.imports import profiles
from core.imports.services import profile_for
from core.ledgers import run_all
from core.models import ImportChange, ImportRow
from tests.factories.core import make_user
from tests.imports.cases import CASES, Case, world
from tests.imports.steps import checked, csv_of, errors, imported, taken_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    world()
    return make_user("administrator")


def file(case: Case, rows) -> bytes:
    return csv_of(case.head, *rows)


def test_every_profile_has_its_case():
    assert {case.profile for case in CASES} == {profile.key for profile in profiles.everything()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.profile)
class TestEachProfile:
    def test_the_check_writes_nothing_and_tells_what_would_happen(self, case, boss):
        run = checked(file(case, case.rows), case.profile, by=boss, fixed=case.fixed)
        assert errors(run) == {}
        assert run.counts == {"new": len(case.rows)}
        assert case.records().count() == 0

    def test_rows_come_in_and_a_second_time_change_nothing(self, case, boss):
        run = imported(file(case, case.rows), case.profile, by=boss, fixed=case.fixed)
        assert (run.outcome["created"], run.outcome["bad"]) == (len(case.rows), 0)
        assert case.records().count() == case.made
        again = imported(file(case, case.rows), case.profile, by=boss, fixed=case.fixed)
        assert again.counts == {"same": len(case.rows)}
        assert (again.outcome["created"], again.outcome["changed"]) == (0, 0)
        assert not ImportChange.objects.filter(run=again).exists()
        assert case.records().count() == case.made
        assert [finding for finding in run_all() if finding] == []

    def test_what_differs_is_changed(self, case, boss):
        imported(file(case, case.rows), case.profile, by=boss, fixed=case.fixed)
        run = imported(file(case, case.changed), case.profile, by=boss, fixed=case.fixed)
        if not case.changes:
            assert run.counts == {"bad": len(case.changed)}
            return
        assert set(run.counts) <= {"changed", "new"}
        assert run.outcome["bad"] == 0
        after = imported(file(case, case.changed), case.profile, by=boss, fixed=case.fixed)
        assert after.counts == {"same": len(case.changed)}

    def test_a_bad_row_is_told_by_line_and_column_and_left_out(self, case, boss):
        row, word = case.bad
        run = imported(file(case, [*case.rows, row]), case.profile, by=boss, fixed=case.fixed)
        assert list(errors(run)) == [len(case.rows) + 2]
        assert word in " ".join(errors(run)[len(case.rows) + 2].values())
        assert run.outcome["created"] == len(case.rows)
        assert run.outcome["bad"] == 1

    def test_an_import_is_taken_back_as_a_whole(self, case, boss):
        run = imported(file(case, case.rows), case.profile, by=boss, fixed=case.fixed)
        _undone, kept = taken_back(run, by=boss)
        assert [change.kept_because for change in run.changes.exclude(kept_because="")] == []
        assert kept == 0
        left = case.records().filter(reversed_by=None) if case.profile == "stock-openings" else case.records()
        assert left.count() == 0
        assert [finding for finding in run_all() if finding] == []
        again = imported(file(case, case.rows), case.profile, by=boss, fixed=case.fixed)
        assert again.outcome["bad"] == 0
        assert again.outcome["created"] + again.outcome["changed"] == len(case.rows)

    def test_a_change_is_taken_back_to_what_was_before(self, case, boss):
        if not case.changes:
            pytest.skip("these rows are posted, never changed")
        imported(file(case, case.rows), case.profile, by=boss, fixed=case.fixed)
        run = imported(file(case, case.changed), case.profile, by=boss, fixed=case.fixed)
        assert run.changes.exists()
        assert taken_back(run, by=boss)[1] == 0
        same = imported(file(case, case.rows), case.profile, by=boss, fixed=case.fixed)
        assert set(same.counts) <= {"same"} or case.profile in ("clients", "persons")

    def test_who_has_no_right_cannot_begin(self, case, boss):
        with pytest.raises(NotAllowed):
            profile_for(case.profile, make_user("operator"))


def test_the_history_names_who_imported(boss):
    case = CASES[1]
    run = imported(file(case, case.rows), case.profile, by=boss)
    person = case.records().first()
    event = person.pgh_event_models["insert"].objects.get(pgh_obj_id=person.pk)
    assert event.pgh_context.metadata["user"] == boss.pk
    assert event.pgh_context.metadata["run"] == run.pk
    assert pghistory.models.Context.objects.count() >= 1


def test_rows_of_the_staging_table_are_told_apart_by_state(boss):
    case = CASES[0]
    run = checked(file(case, [*case.rows, case.bad[0]]), case.profile, by=boss)
    assert set(ImportRow.objects.filter(run=run).values_list("state", flat=True)) == {"new", "bad"}
