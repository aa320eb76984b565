"""Accounts of people and the teams they work in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core import policy
from core.actors import Actor
from core.errors import HasMoreRights, OwnRoles
from core.models import Team, User
from core.services.roles import lacks_right_of
from core.transactions import command


@command
def create_user(
    *,
    email: str,
    by: Actor,
    password: str | None = None,
    first_name: str = "",
    last_name: str = "",
    job_title: str = "",
    language: str = "en",
    time_zone: str = "UTC",
) -> User:
    """Make an account without any role; without a password nobody can sign in with it.

    The same e-mail, in any spelling, returns the account that exists, unchanged.
    """
    policy.require(by, "core.manage_users")
    known = User.objects.filter(email__iexact=email).first()
    if known:
        return known
    return User.objects.create_user(
        email,
        password,
        first_name=first_name,
        last_name=last_name,
        job_title=job_title,
        language=language,
        time_zone=time_zone,
    )


@command
def block_user(*, user_id: int, by: Actor) -> User:
    """Take an account out of use: no sign-in, no rights; what it did stays. Blocking twice changes nothing.

    Locks the account. Raises OwnRoles for the own account, HasMoreRights when it may more than the caller.
    """
    return _set_active(user_id, False, by)


@command
def unblock_user(*, user_id: int, by: Actor) -> User:
    """Let a blocked account work again, with the roles it had."""
    return _set_active(user_id, True, by)


def _set_active(user_id: int, active: bool, by: Actor) -> User:
    policy.require(by, "core.manage_users")
    if by.pk == user_id:
        raise OwnRoles
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if lacks_right_of(by, user):
        raise HasMoreRights(user=user)
    if user.is_active != active:
        user.is_active = active
        user.save(update_fields=["is_active"])
    return user


@command
def create_team(*, name: str, by: Actor, branch_id: int | None = None, leader_id: int | None = None) -> Team:
    """Found a team; the same name returns the first one. A leader sees what his team owns."""
    policy.require(by, "core.manage_users")
    defaults: dict[str, Any] = {"branch_id": branch_id, "leader_id": leader_id}
    return Team.objects.get_or_create(name=name, defaults=defaults)[0]


@command
def set_members(*, team_id: int, user_ids: Iterable[int], by: Actor) -> Team:
    """Say who belongs to a team. Locks the team.

    Membership decides whose records the reach TEAM covers, so nobody puts himself into a team or takes himself
    out of one: raises OwnRoles.
    """
    policy.require(by, "core.manage_users")
    team = Team.objects.select_for_update(no_key=True, of=("self",)).get(pk=team_id)
    wanted, current = set(user_ids), set(team.members.values_list("pk", flat=True))
    if by.pk is not None and by.pk in wanted ^ current:
        raise OwnRoles
    team.members.set(wanted)
    return team
