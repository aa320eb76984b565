"""Nobody gives what he does not hold, and nobody changes his own rights."""

import pytest

from core import policy
from core.actors import SYSTEM
from core.choices import Reach
from core.errors import GrantsMoreThanHeld, HasMoreRights, NotAllowed, OwnRoles
from core.models import RoleAssignment, RoleGrant, Team, User
from core.services import roles, teams, users
from tests.factories import core as make

pytestmark = pytest.mark.django_db
RATES = "core.manage_rates"


@pytest.fixture
def admin():
    return make.make_user("administrator")


def small_role(**reaches):
    """A role with just these rights: core__manage_rates=Reach.ALL."""
    role = make.make_role()
    for action, reach in reaches.items():
        RoleGrant.objects.create(role=role, action=action.replace("__", ".", 1), reach=reach)
    return role


def deputy(reach=Reach.ALL, **kwargs):
    """May give roles and, as far as `reach`, enter rates."""
    user = make.make_user()
    role = small_role(core__assign_roles=Reach.ALL, core__manage_users=Reach.ALL, core__manage_rates=reach)
    roles.assign_role(user_id=user.pk, role_code=role.code, by=SYSTEM, **kwargs)
    return user


class TestAssignRole:
    def test_gives_the_rights_of_the_role_in_the_named_branches(self, admin):
        user, branch = make.make_user(), make.make_branch()
        roles.assign_role(user_id=user.pk, role_code="accountant", by=admin, branch_ids=[branch.pk], warehouse_ids=[3])
        (grant,) = policy.grants_of(User.objects.get(pk=user.pk))[RATES]
        assert (grant.reach, grant.branch_ids, grant.warehouse_ids) == (Reach.ALL, {branch.pk}, {3})

    def test_a_second_call_replaces_the_places_and_adds_no_row(self, admin):
        user, branch = make.make_user(), make.make_branch()
        for branch_ids in ([branch.pk], []):
            roles.assign_role(user_id=user.pk, role_code="accountant", by=admin, branch_ids=branch_ids)
        assert list(RoleAssignment.objects.get(user=user).branches.all()) == []

    def test_needs_the_right_to_give_roles(self):
        user = make.make_user("seller")
        with pytest.raises(NotAllowed):
            roles.assign_role(user_id=make.make_user().pk, role_code="seller", by=user)

    def test_nobody_changes_his_own_not_even_the_administrator(self, admin):
        boss = make.make_user(is_superuser=True)
        for user in (admin, boss):
            with pytest.raises(OwnRoles):
                roles.assign_role(user_id=user.pk, role_code="seller", by=user)
            with pytest.raises(OwnRoles):
                roles.withdraw_role(user_id=user.pk, role_code="administrator", by=user)

    @pytest.mark.parametrize(
        ("held", "wanted", "fits"),
        [(Reach.OWN, Reach.OWN, True), (Reach.OWN, Reach.TEAM, False), (Reach.ALL, Reach.TEAM, True)],
    )
    def test_not_further_than_one_reaches(self, held, wanted, fits):
        giver, user, role = deputy(held), make.make_user(), small_role(core__manage_rates=wanted)
        if fits:
            roles.assign_role(user_id=user.pk, role_code=role.code, by=giver)
        else:
            with pytest.raises(GrantsMoreThanHeld, match="Enter exchange rates"):
                roles.assign_role(user_id=user.pk, role_code=role.code, by=giver)
        assert user.role_assignments.exists() is fits

    def test_not_outside_the_own_branches_and_warehouses(self):
        here, there = make.make_branch(), make.make_branch()
        giver = deputy(branch_ids=[here.pk], warehouse_ids=[1])
        user, role = make.make_user(), small_role(core__manage_rates=Reach.OWN)

        def assign(branch_ids, warehouse_ids):
            roles.assign_role(
                user_id=user.pk, role_code=role.code, by=giver, branch_ids=branch_ids, warehouse_ids=warehouse_ids
            )

        for places in ([], [1]), ([there.pk], [1]), ([here.pk, there.pk], [1]), ([here.pk], []), ([here.pk], [1, 2]):
            with pytest.raises(GrantsMoreThanHeld):
                assign(*places)
        assert not user.role_assignments.exists()
        assign([here.pk], [1])
        assert user.role_assignments.count() == 1


class TestWithdrawRole:
    def test_takes_the_rights_away_once(self, admin):
        user = make.make_user("accountant")
        assert roles.withdraw_role(user_id=user.pk, role_code="accountant", by=admin) is True
        assert roles.withdraw_role(user_id=user.pk, role_code="accountant", by=admin) is False
        assert not policy.allows(User.objects.get(pk=user.pk), RATES)

    def test_not_from_somebody_with_more_rights(self, admin):
        with pytest.raises(GrantsMoreThanHeld):
            roles.withdraw_role(user_id=admin.pk, role_code="administrator", by=deputy())


class TestSetGrant:
    def test_changes_and_removes_a_right(self, admin):
        role = roles.create_role(code="cashier", name="Cashier", by=admin)
        for reach in (Reach.OWN, Reach.ALL):
            roles.set_grant(role_code="cashier", action=RATES, reach=reach, by=admin)
            assert role.grants.get().reach == reach
        roles.set_grant(role_code="cashier", action=RATES, reach=Reach.NONE, by=admin)
        assert not role.grants.exists()

    def test_not_in_a_role_one_is_in_oneself(self, admin):
        with pytest.raises(OwnRoles):
            roles.set_grant(role_code="administrator", action=RATES, reach=Reach.NONE, by=admin)

    def test_not_more_than_held_everywhere(self):
        role = make.make_role()
        with pytest.raises(GrantsMoreThanHeld):
            roles.set_grant(role_code=role.code, action=RATES, reach=Reach.ALL, by=deputy(Reach.OWN))
        with pytest.raises(GrantsMoreThanHeld):
            giver = deputy(branch_ids=[make.make_branch().pk])
            roles.set_grant(role_code=role.code, action=RATES, reach=Reach.OWN, by=giver)

    def test_only_declared_actions(self, admin):
        with pytest.raises(LookupError):
            roles.set_grant(role_code="seller", action="core.dance", reach=Reach.ALL, by=admin)


class TestUsers:
    def test_an_address_has_one_account_in_any_spelling(self, admin):
        first = users.create_user(email="Ann@Example.com", by=admin, first_name="Ann")
        assert users.create_user(email="ann@example.COM", by=admin).pk == first.pk
        assert not first.has_usable_password()
        assert policy.grants_of(first) == {}

    def test_a_blocked_account_has_no_rights_and_gets_them_back(self, admin):
        user = make.make_user("accountant")
        users.block_user(user_id=user.pk, by=admin)
        assert not policy.allows(User.objects.get(pk=user.pk), RATES)
        users.unblock_user(user_id=user.pk, by=admin)
        assert policy.allows(User.objects.get(pk=user.pk), RATES)

    def test_nobody_blocks_himself_or_somebody_with_more_rights(self, admin):
        with pytest.raises(OwnRoles):
            users.block_user(user_id=admin.pk, by=admin)
        for stronger in (admin, make.make_user(is_superuser=True)):
            with pytest.raises(HasMoreRights):
                users.block_user(user_id=stronger.pk, by=deputy())
            assert User.objects.get(pk=stronger.pk).is_active

    def test_teams_are_set_but_not_around_oneself(self, admin):
        team = teams.create_team(name="North", by=admin)
        assert teams.create_team(name="North", by=admin) == team
        member = make.make_user()
        teams.set_members(team_id=team.pk, user_ids=[member.pk], by=admin)
        with pytest.raises(OwnRoles):
            teams.set_members(team_id=team.pk, user_ids=[member.pk, admin.pk], by=admin)
        assert list(Team.objects.get(pk=team.pk).members.all()) == [member]

    def test_making_accounts_needs_the_right(self):
        with pytest.raises(NotAllowed):
            users.create_user(email="x@example.com", by=make.make_user("seller"))
        assert not User.objects.filter(email="x@example.com").exists()
