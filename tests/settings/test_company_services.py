"""Legal entities, branches, calendars: changed with a right, with what the form saw, and never twice."""

from __future__ import annotations

from datetime import date, time

import pytest

from core.errors import InvalidValue, NotAllowed
from core.selectors.history import history_of
from core.services import organisation, working_time
from core.services.fingerprints import ChangedMeanwhile, fingerprint
from tests.factories import core as make

pytestmark = pytest.mark.django_db


def test_a_legal_entity_is_changed_once_and_its_history_names_who(admin):
    entity = make.make_organization(name="Old")
    changes = {"name": "New", "tax_id": "DE1"}
    seen = fingerprint(entity)
    organisation.change_organization(organization_id=entity.pk, changes=changes, seen=seen, by=admin)
    organisation.change_organization(organization_id=entity.pk, changes=changes, seen=seen, by=admin)
    entity.refresh_from_db()
    updates = [one for one in history_of(entity, by=admin) if one.kind == "update"]
    assert (entity.name, len(updates), updates[0].user) == ("New", 1, admin)


def test_a_change_over_somebody_elses_is_refused(admin):
    entity = make.make_organization(name="Old")
    seen = fingerprint(entity)
    organisation.change_organization(organization_id=entity.pk, changes={"name": "First"}, by=admin)
    with pytest.raises(ChangedMeanwhile):
        organisation.change_organization(organization_id=entity.pk, changes={"name": "Second"}, seen=seen, by=admin)
    entity.refresh_from_db()
    assert entity.name == "First"


def test_the_last_legal_entity_stays_in_use(admin):
    entity = make.make_organization()
    with pytest.raises(InvalidValue):
        organisation.change_organization(organization_id=entity.pk, changes={"is_active": False}, by=admin)
    make.make_organization()
    organisation.change_organization(organization_id=entity.pk, changes={"is_active": False}, by=admin)


def test_only_who_sets_up_the_company_changes_it():
    seller, branch = make.make_user("seller"), make.make_branch()
    with pytest.raises(NotAllowed):
        organisation.change_branch(branch_id=branch.pk, changes={"name": "Mine"}, by=seller)


def test_a_branch_gets_an_address_and_a_zone_that_exists(admin):
    branch = make.make_branch()
    organisation.change_branch(branch_id=branch.pk, changes={"address": "1 High Street"}, by=admin)
    with pytest.raises(InvalidValue):
        organisation.change_branch(branch_id=branch.pk, changes={"time_zone": "Europe/Nowhere"}, by=admin)
    branch.refresh_from_db()
    assert branch.address == "1 High Street"


def test_working_time_is_replaced_as_a_whole(admin):
    calendar = make.make_calendar()
    seen = working_time.seen_of(calendar)
    shifts = {0: [(time(6), time(14)), (time(14), time(0))]}
    working_time.change_calendar(calendar_id=calendar.pk, changes={}, shifts=shifts, seen=seen, by=admin)
    assert working_time.shifts_of(calendar) == shifts
    again = working_time.change_calendar(calendar_id=calendar.pk, changes={}, shifts=shifts, seen=seen, by=admin)
    assert again == calendar
    with pytest.raises(ChangedMeanwhile):
        working_time.change_calendar(calendar_id=calendar.pk, changes={"name": "X"}, seen=seen, by=admin)
    with pytest.raises(InvalidValue):
        working_time.change_calendar(calendar_id=calendar.pk, changes={}, shifts={0: [(time(9), time(8))]}, by=admin)


def test_public_holidays_come_in_once(admin):
    calendar = make.make_calendar(holidays=[date(2027, 1, 1)])
    first = working_time.import_public_holidays(calendar_id=calendar.pk, country="DE", years=[2027], by=admin)
    second = working_time.import_public_holidays(calendar_id=calendar.pk, country="DE", years=[2027], by=admin)
    assert (first, second) == (8, 0)
    assert calendar.holidays.get(on=date(2027, 1, 1)).name == "Holiday"
    assert calendar.holidays.filter(on=date(2027, 12, 25)).exists()
    berlin = working_time.import_public_holidays(
        calendar_id=calendar.pk, country="DE", region="BE", years=[2027], by=admin
    )
    assert berlin == 1
    with pytest.raises(InvalidValue):
        working_time.import_public_holidays(calendar_id=calendar.pk, country="DE", region="QQ", years=[2027], by=admin)


def test_a_currency_is_known_once_and_keeps_its_code(admin):
    made = organisation.create_currency(code="chf", name="Franc", by=admin)
    assert made.code == "CHF"
    with pytest.raises(InvalidValue):
        organisation.create_currency(code="CHF", name="Again", by=admin)
    with pytest.raises(InvalidValue):
        organisation.create_currency(code="C1", name="No", by=admin)
    organisation.rename_currency(code="CHF", name="Swiss franc", by=admin)
    made.refresh_from_db()
    assert made.name == "Swiss franc"


def test_who_was_there_before_the_first_company_takes_its_time_zone(admin):
    abroad = make.make_user("seller", time_zone="Asia/Tokyo")
    calendar = make.make_calendar()
    for code, zone in (("first", "Europe/Berlin"), ("second", "Europe/Lisbon")):
        organisation.create_organization(
            code=code, name=code, currency=make.make_currency().pk, calendar_id=calendar.pk, time_zone=zone, by=admin
        )
    admin.refresh_from_db()
    abroad.refresh_from_db()
    assert (admin.time_zone, abroad.time_zone) == ("Europe/Berlin", "Asia/Tokyo")
