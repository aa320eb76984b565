"""Who may do what with which record: reach, branches, several roles, and lists that agree with single questions."""

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core import policy
from core.actors import SYSTEM
from core.choices import Reach
from core.errors import NotAllowed
from core.models import RoleAssignment, RoleGrant
from core.policy import Action
from crm.models import Client
from tests.factories import core as make

SEE = "crm.view_client"


def give(user, reach, *, branches=(), warehouse_ids=(), action=SEE):
    """A role of its own with one right, given to `user`."""
    role = make.make_role()
    RoleGrant.objects.create(role=role, action=action, reach=reach)
    assignment = RoleAssignment.objects.create(user=user, role=role, warehouse_ids=list(warehouse_ids))
    assignment.branches.set(branches)
    policy.forget_rights(user)


def client_of(owner=None, branch=None):
    return Client.objects.create(name="Client", owner=owner, branch=branch)


def seen_by(user):
    return set(Client.objects.visible_to(user))


@pytest.mark.django_db
class TestReach:
    def test_without_a_role_nothing_is_seen(self):
        client_of()
        assert seen_by(make.make_user()) == set()

    def test_own_records_only(self):
        user, other = make.make_user(), make.make_user()
        give(user, Reach.OWN)
        mine, theirs, nobodys = client_of(user), client_of(other), client_of()
        assert seen_by(user) == {mine}
        assert [policy.allows(user, SEE, one) for one in (mine, theirs, nobodys)] == [True, False, False]

    def test_the_team_and_its_leader_share(self):
        leader, member, stranger = make.make_user(), make.make_user(), make.make_user()
        make.make_team(member, leader=leader)
        for user in (leader, member):
            give(user, Reach.TEAM)
        of_leader, of_member = client_of(leader), client_of(member)
        client_of(stranger)
        assert seen_by(leader) == seen_by(member) == {of_leader, of_member}

    def test_members_of_two_teams_see_both(self):
        user, first, second = make.make_user(), make.make_user(), make.make_user()
        make.make_team(user, first)
        make.make_team(user, second)
        give(user, Reach.TEAM)
        both = {client_of(first), client_of(second)}
        assert seen_by(user) == both

    def test_a_branch_limits_every_reach(self):
        here, there = make.make_branch(), make.make_branch()
        user = make.make_user()
        inside, outside = client_of(user, here), client_of(user, there)
        for reach in (Reach.OWN, Reach.TEAM, Reach.BRANCH, Reach.ALL):
            RoleAssignment.objects.all().delete()
            give(user, reach, branches=[here])
            assert seen_by(user) == {inside}
            assert not policy.allows(user, SEE, outside)

    def test_a_record_without_a_branch_is_not_in_any(self):
        user = make.make_user()
        give(user, Reach.ALL, branches=[make.make_branch()])
        assert not policy.allows(user, SEE, client_of())
        assert seen_by(user) == set()

    def test_reach_branch_without_named_branches_is_the_branch_of_the_own_team(self):
        here, there, user = make.make_branch(), make.make_branch(), make.make_user()
        make.make_team(user, branch=here)
        give(user, Reach.BRANCH)
        inside = client_of(None, here)
        client_of(None, there)
        assert seen_by(user) == {inside}

    def test_several_roles_add_up(self):
        here, there, user = make.make_branch(), make.make_branch(), make.make_user()
        give(user, Reach.ALL, branches=[here])
        give(user, Reach.OWN)
        expected = {client_of(None, here), client_of(user, there)}
        client_of(None, there)
        assert seen_by(user) == expected

    def test_a_blocked_user_sees_nothing_even_as_superuser(self):
        user = make.make_user(is_superuser=True)
        user.is_active = False
        client_of(user)
        assert seen_by(user) == set()
        assert not policy.allows(user, SEE)

    def test_the_system_and_a_superuser_see_all(self):
        rows = {client_of(), client_of()}
        assert seen_by(SYSTEM) == seen_by(make.make_user(is_superuser=True)) == rows


class Shelf:
    """A record that lies in a warehouse."""

    ownership = policy.Ownership(branch="branch_id", warehouse="warehouse_id")

    def __init__(self, warehouse_id, branch_id=None):
        self.warehouse_id, self.branch_id = warehouse_id, branch_id


@pytest.mark.django_db
def test_a_role_may_be_limited_to_warehouses():
    user = make.make_user()
    give(user, Reach.ALL, warehouse_ids=[7, 8])
    assert [policy.allows(user, SEE, Shelf(number)) for number in (7, 8, 9, None)] == [True, True, False, False]
    assert policy.allows(user, SEE, client_of())  # a client lies in no warehouse


@pytest.mark.django_db
class TestCost:
    def test_all_rights_are_read_in_one_statement_and_remembered(self, django_assert_num_queries):
        user = make.make_user(roles=["seller", "director", "accountant"], branches=[make.make_branch()])
        with django_assert_num_queries(1):
            policy.allows(user, SEE)
            policy.allows(user, "core.manage_rates")
            str(Client.objects.visible_to(user).query)

    def test_asking_about_a_record_does_not_read_its_owner(self, django_assert_num_queries):
        user = make.make_user()
        give(user, Reach.OWN)
        record = Client.objects.get(pk=client_of(user, make.make_branch()).pk)
        policy.allows(user, SEE)
        with django_assert_num_queries(0):
            assert policy.allows(user, SEE, record)


@pytest.mark.django_db
def test_a_refusal_names_the_action():
    with pytest.raises(NotAllowed, match="Enter exchange rates"):
        policy.require(make.make_user(), "core.manage_rates")


@pytest.mark.parametrize("question", [policy.allows, policy.require])
def test_an_action_nobody_declared_is_a_mistake(question):
    with pytest.raises(LookupError):
        question(SYSTEM, "core.dance")


def test_an_action_is_declared_once_and_for_known_roles():
    policy.register([policy.known_actions()[SEE]])
    with pytest.raises(RuntimeError, match="twice"):
        policy.register([Action(SEE, "Something else")])
    with pytest.raises(RuntimeError, match="unknown roles"):
        policy.register([Action("core.sing", "Sing", {"singer": Reach.ALL})])


@pytest.mark.django_db
class TestSyncRoles:
    def test_the_administrator_holds_every_declared_action_everywhere(self):
        grants = make.make_role("administrator").grants
        assert set(grants.values_list("action", flat=True)) == set(policy.known_actions())
        assert set(grants.values_list("reach", flat=True)) == {Reach.ALL}

    def test_what_an_administrator_changed_stays(self):
        role = make.make_role("accountant")
        role.grants.filter(action="core.manage_rates").delete()
        policy.sync_roles()
        assert not role.grants.filter(action="core.manage_rates").exists()

    def test_a_new_action_reaches_the_roles_that_start_with_it(self):
        role = make.make_role("accountant")
        role.grants.filter(action="core.manage_rates").delete()
        role.known_actions.remove("core.manage_rates")
        role.save()
        policy.sync_roles()
        assert role.grants.get(action="core.manage_rates").reach == Reach.ALL

    def test_a_second_run_changes_nothing(self):
        make.make_role("seller")
        before = list(RoleGrant.objects.order_by("pk").values())
        policy.sync_roles()
        assert list(RoleGrant.objects.order_by("pk").values()) == before


assignments = st.lists(st.tuples(st.sampled_from(list(Reach)), st.sets(st.integers(0, 1), max_size=2)), max_size=3)
team_lists = st.lists(
    st.tuples(st.sets(st.integers(0, 2)), st.none() | st.integers(0, 2), st.none() | st.integers(0, 1)), max_size=2
)


def expected(user, record, assignments, teams, branches):
    """The rule in plain words, from what the test handed out."""
    mine = [(people, branch) for people, branch in teams if user in people]
    mates = {user, *(one for people, _branch in mine for one in people)}
    homes = {branch for _people, branch in mine if branch}
    for reach, numbers in assignments:
        places = {branches[number] for number in numbers}
        if reach == Reach.BRANCH and not places:
            places = homes
        near = record.owner == user if reach == Reach.OWN else record.owner in mates if reach == Reach.TEAM else True
        if reach and near and (not places or record.branch in places):
            return True
    return False


class ListsAgreeWithQuestions(TestCase):
    @settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(assignments, team_lists)
    def test_lists_and_questions_follow_the_rule_for_any_assignments(self, assignments, teams):
        branches = [make.make_branch(), make.make_branch()]
        users = [make.make_user() for _ in range(3)]
        for reach, numbers in assignments:
            give(users[0], reach, branches=[branches[number] for number in numbers])
        known = []
        for numbers, leader, place in teams:
            members = [users[number] for number in numbers]
            boss, branch = None if leader is None else users[leader], None if place is None else branches[place]
            make.make_team(*members, leader=boss, branch=branch)
            known.append(({*members, boss} - {None}, branch))
        policy.forget_rights(users[0])
        records = [client_of(owner, branch) for owner, branch in product([None, *users], [None, *branches])]
        wanted = {record for record in records if expected(users[0], record, assignments, known, branches)}
        assert {record for record in records if policy.allows(users[0], SEE, record)} == wanted
        assert seen_by(users[0]) == wanted
