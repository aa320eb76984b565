"""Every change of an editable record keeps who, when, before and after."""

from datetime import date

import pytest
from django.apps import apps

from core.actors import SYSTEM
from core.errors import NotAllowed
from core.models import Branch, Currency, Event, Team, User
from core.selectors.history import history_of
from core.services import organisation, roles, teams
from core.services.rates import set_rate
from core.transactions import command
from tests.factories import core as make

pytestmark = pytest.mark.django_db


@command
def rename_branch(*, branch_id, name, by):
    branch = Branch.objects.locked().get(pk=branch_id)
    branch.name = name
    branch.save(update_fields=["name"])


@command
def rename_through_the_system(*, branch_id, name, by):
    rename_branch(branch_id=branch_id, name=name, by=SYSTEM)


def changes(record):
    return [
        (change.kind, change.user, change.service, {one.field: (one.before, one.after) for one in change.fields})
        for change in history_of(record)
    ]


def test_a_service_run_by_a_user_leaves_before_and_after_with_his_name():
    admin = make.make_user("administrator")
    branch = organisation.create_branch(
        organization_id=make.make_organization().pk, code="north", name="North", by=admin
    )
    rename_branch(branch_id=branch.pk, name="South", by=admin)
    latest, first = changes(branch)
    assert latest == ("update", admin, "rename_branch", {"name": ("North", "South")})
    assert first[:3] == ("insert", admin, "create_branch")
    assert first[3]["name"] == (None, "North")


def test_an_inner_service_of_the_system_keeps_the_user_who_started():
    admin, branch = make.make_user("administrator"), make.make_branch(name="North")
    rename_through_the_system(branch_id=branch.pk, name="South", by=admin)
    assert changes(branch)[0] == ("update", admin, "rename_through_the_system", {"name": ("North", "South")})


def test_the_system_is_nobody():
    branch = make.make_branch(name="North")
    rename_branch(branch_id=branch.pk, name="South", by=SYSTEM)
    assert changes(branch)[0][:3] == ("update", None, "rename_branch")


def test_two_services_after_each_other_are_told_apart():
    ann, bob, branch = make.make_user("administrator"), make.make_user("administrator"), make.make_branch()
    rename_branch(branch_id=branch.pk, name="One", by=ann)
    rename_branch(branch_id=branch.pk, name="Two", by=bob)
    assert [change.user for change in history_of(branch)][:2] == [bob, ann]


def test_a_save_that_changes_nothing_leaves_nothing():
    branch = make.make_branch()
    branch.save()
    assert [kind for kind, *_ in changes(branch)] == ["insert"]


def test_a_deleted_row_shows_what_it_held():
    team = make.make_team(name="North")
    key = team.pk
    team.delete()
    kind, _user, _service, fields = changes(Team(pk=key))[0]
    assert (kind, fields["name"]) == ("delete", ("North", None))


def test_set_wise_writes_are_kept_row_by_row():
    branches = [make.make_branch() for _ in range(3)]
    Branch.objects.update(name="Same")
    assert [changes(branch)[0][3]["name"][1] for branch in branches] == ["Same"] * 3


def test_history_takes_two_statements_however_long(django_assert_num_queries):
    admin, branch = make.make_user("administrator"), make.make_branch()
    for number in range(15):
        rename_branch(branch_id=branch.pk, name=f"Name {number}", by=admin)
    with django_assert_num_queries(2):
        assert len(history_of(branch)) == 16
    assert len(history_of(branch, limit=5)) == 5


def test_rights_given_and_taken_are_kept_with_the_giver():
    admin, user, branch = make.make_user("administrator"), make.make_user(), make.make_branch()
    assignment = roles.assign_role(user_id=user.pk, role_code="seller", by=admin, branch_ids=[branch.pk])
    key = assignment.pk
    roles.withdraw_role(user_id=user.pk, role_code="seller", by=admin)
    assignment.pk = key
    assert [change[:3] for change in changes(assignment)] == [
        ("delete", admin, "withdraw_role"),
        ("insert", admin, "assign_role"),
    ]
    joined = [event.branch_id for event in _events("RoleBranchEvent")]
    assert joined == [branch.pk, branch.pk]  # in and out


def test_members_of_a_team_are_kept():
    admin, member = make.make_user("administrator"), make.make_user()
    team = teams.create_team(name="North", by=admin)
    teams.set_members(team_id=team.pk, user_ids=[member.pk], by=admin)
    (event,) = _events("TeamMembershipEvent")
    assert (event.user_id, event.pgh_context.metadata["user"]) == (member.pk, admin.pk)


def test_no_password_reaches_the_history():
    user = make.make_user(password="correct horse battery")
    user.set_password("another secret")
    user.save()
    columns = {field.name for field in User.pgh_event_models["update"]._meta.fields}
    assert not columns & {"password", "last_login"}


def test_a_correction_of_a_rate_is_kept():
    make.make_currency("USD")
    make.make_currency("EUR")
    accountant = make.make_user("accountant")
    for rate in (1, 2):
        row = set_rate(base="USD", quote="EUR", on=date(2026, 1, 1), rate=rate, by=accountant)
    assert changes(row)[0][3]["rate"] == (1, 2)


def test_not_everybody_may_see_who_changed_what():
    branch = make.make_branch()
    assert history_of(branch, by=make.make_user("director"))
    with pytest.raises(NotAllowed):
        history_of(branch, by=make.make_user("seller"))


def test_a_record_without_history_says_so():
    with pytest.raises(TypeError, match="no history"):
        history_of(Event(pk=1))


def _events(name):
    return list(apps.get_model("core", name).objects.select_related("pgh_context").order_by("pgh_id"))


def test_currencies_are_kept_too():
    currency = make.make_currency("XTS")
    Currency.objects.filter(pk="XTS").update(name="Test")
    assert changes(currency)[0][3] == {"name": ("XTS", "Test")}
