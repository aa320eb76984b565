"""Giving rights. Nobody gives what he does not hold, and nobody changes his own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core import policy
from core.access import sessions
from core.actors import Actor
from core.choices import Reach
from core.errors import ActingIsClosed, GrantsMoreThanHeld, OwnRoles
from core.models import Role, RoleAssignment, RoleGrant, User
from core.policy import Grant
from core.services.fingerprints import ChangedMeanwhile, expect, fingerprint
from core.transactions import command


@dataclass(frozen=True)
class _Wish:
    """A right somebody wants to give: which action, how far, where."""

    action: str
    grant: Grant


@command
def assign_role(
    *, user_id: int, role_code: str, by: Actor, branch_ids: Iterable[int] = (), warehouse_ids: Iterable[int] = ()
) -> RoleAssignment:
    """Put a user into a role, in some branches and warehouses or (none named) in all.

    Assigning again replaces the branches and warehouses. Locks the user; its sessions take new keys. Raises
    OwnRoles for oneself, GrantsMoreThanHeld when the role goes further than the caller's own rights: action, reach or
    place.
    """
    policy.require(by, "core.assign_roles")
    branches, warehouses = sorted(set(branch_ids)), sorted(set(warehouse_ids))
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    role = Role.objects.get(code=role_code)
    _refuse_own(by, user)
    _refuse_more_than_held(by, _wishes(role, branches, warehouses))
    assignment, _created = RoleAssignment.objects.update_or_create(
        user=user, role=role, defaults={"warehouse_ids": warehouses}
    )
    assignment.branches.set(branches)
    _rights_changed(user)
    return assignment


@command
def withdraw_role(*, user_id: int, role_code: str, by: Actor) -> bool:
    """Take a role away; False when the user did not have it. Locks the user.

    Raises OwnRoles for oneself, GrantsMoreThanHeld for a role that goes further than the caller's own rights.
    """
    policy.require(by, "core.assign_roles")
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    _refuse_own(by, user)
    assignment = RoleAssignment.objects.filter(user=user, role__code=role_code).select_related("role").first()
    if assignment is None:
        return False
    branch_ids = list(assignment.branches.values_list("pk", flat=True))
    _refuse_more_than_held(by, _wishes(assignment.role, branch_ids, assignment.warehouse_ids))
    assignment.delete()
    _rights_changed(user)
    return True


@command
def create_role(*, code: str, name: str, by: Actor) -> Role:
    """Make a role of the company's own, without rights; the same code returns the first one."""
    policy.require(by, "core.assign_roles")
    _refuse_acting(by)
    return Role.objects.get_or_create(code=code, defaults={"name": name})[0]


@command
def change_role(*, role_code: str, name: str, needs_second_factor: bool, by: Actor, seen: str = "") -> Role:
    """Rename a role, or say whether its people need a second factor. Locks the role.

    Raises OwnRoles for a role the caller is in, GrantsMoreThanHeld for one that goes further than his own rights.
    """
    policy.require(by, "core.assign_roles")
    role = Role.objects.select_for_update(no_key=True).get(code=role_code)
    _refuse_own_role(by, role)
    _refuse_more_than_held(by, _wishes(role, [], []))
    if (role.name, role.needs_second_factor) != (name, needs_second_factor):
        expect(role, seen)
        role.name, role.needs_second_factor = name, needs_second_factor
        role.save(update_fields=["name", "needs_second_factor"])
        sessions.renew(User.objects.filter(role_assignments__role=role))
    return role


@command
def set_grants(*, role_code: str, reaches: Mapping[str, Reach], by: Actor, seen: str = "") -> int:
    """Say how far several rights of a role go; returns how many changed. As `set_grant` for each of them.

    Raises ChangedMeanwhile when the rights are no longer what `seen` says.
    """
    policy.require(by, "core.assign_roles")
    role = Role.objects.select_for_update(no_key=True).get(code=role_code)
    held = {grant.action: Reach(grant.reach) for grant in role.grants.all()}
    changed = {action: reach for action, reach in reaches.items() if held.get(action, Reach.NONE) != reach}
    if changed and seen and seen != rights_seen(role):
        raise ChangedMeanwhile(current="", expected="")
    for action, reach in changed.items():
        set_grant(role_code=role_code, action=action, reach=reach, by=by)
    return len(changed)


def rights_seen(role: Role) -> str:
    """What the form with the rights of a role is filled from."""
    held = sorted(RoleGrant.objects.filter(role=role).values_list("action", "reach"))
    return fingerprint(Role(pk=role.pk), *(f"{action} {reach}" for action, reach in held))


@command
def set_grant(*, role_code: str, action: str, reach: Reach, by: Actor) -> None:
    """Say how far a right of a role goes; Reach.NONE takes it away. Locks the role.

    Raises OwnRoles for a role the caller is in, GrantsMoreThanHeld for a right he does not hold that far in
    all branches, and LookupError for an action no app declares.
    """
    policy.require(by, "core.assign_roles")
    if action not in policy.known_actions():
        raise LookupError(f"no action {action!r} is declared")
    role = Role.objects.select_for_update(no_key=True).get(code=role_code)
    _refuse_own_role(by, role)
    _refuse_more_than_held(by, [_Wish(action, Grant(reach, None, None))])
    if reach == Reach.NONE:
        RoleGrant.objects.filter(role=role, action=action).delete()
    else:
        RoleGrant.objects.update_or_create(role=role, action=action, defaults={"reach": reach})
    sessions.renew(User.objects.filter(role_assignments__role=role))


def lacks_right_of(who: Actor, user: User) -> bool:
    """Has `user` a right that `who` does not hold as far himself? Then `who` must not act on his account."""
    if who.is_superuser:
        return False
    if user.is_superuser:
        return True
    assignments = user.role_assignments.select_related("role").prefetch_related("branches", "role__grants")
    for assignment in assignments:
        places = [branch.pk for branch in assignment.branches.all()], assignment.warehouse_ids
        if any(not _holds(who, wish) for wish in _wishes(assignment.role, *places)):
            return True
    return False


def _wishes(role: Role, branch_ids: list[int], warehouse_ids: list[int]) -> list[_Wish]:
    places = frozenset(branch_ids) or None, frozenset(warehouse_ids) or None
    return [_Wish(grant.action, Grant(Reach(grant.reach), *places)) for grant in role.grants.all() if grant.reach]


def may_grant(who: Actor, action: str, reach: Reach) -> bool:
    """Does `who` hold this right at least that far, everywhere?"""
    return _holds(who, _Wish(action, Grant(reach, None, None)))


def may_give(who: Actor, role: Role) -> bool:
    """Does `who` hold everything this role holds, everywhere? Then he may put somebody into it."""
    return all(_holds(who, wish) for wish in _wishes(role, [], []))


def _rights_changed(user: User) -> None:
    policy.forget_rights(user)
    sessions.renew(User.objects.filter(pk=user.pk))


def _refuse_acting(by: Actor) -> None:
    """In another's name nobody gives or takes rights: they could be his own."""
    if getattr(by, "acting_by", None) is not None:
        raise ActingIsClosed


def _refuse_own(by: Actor, user: User) -> None:
    _refuse_acting(by)
    if by.pk == user.pk:
        raise OwnRoles


def _refuse_own_role(by: Actor, role: Role) -> None:
    _refuse_acting(by)
    if by.pk is not None and role.assignments.filter(user_id=by.pk).exists():
        raise OwnRoles


def _refuse_more_than_held(by: Actor, wishes: Iterable[_Wish]) -> None:
    for wish in wishes:
        if not _holds(by, wish):
            known = policy.known_actions().get(wish.action)
            raise GrantsMoreThanHeld(action=known.label if known else wish.action)


def _holds(by: Actor, wish: _Wish) -> bool:
    """One of the caller's own grants goes at least as far, in at least these places."""
    if by.is_superuser:
        return by.is_active
    return any(
        own.reach >= wish.grant.reach
        and _within(wish.grant.branch_ids, policy.branches_of(by, own))
        and _within(wish.grant.warehouse_ids, own.warehouse_ids)
        for own in policy.grants_of(by).get(wish.action, [])
    )


def _within(wanted: frozenset[int] | None, held: frozenset[int] | None) -> bool:
    return held is None or (wanted is not None and wanted <= held)
