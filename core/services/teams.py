"""Teams: founded, changed, and who is in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor
from core.errors import InvalidValue, OwnRoles
from core.models import Team
from core.services.fingerprints import expect, fingerprint
from core.services.users import refuse_acting
from core.transactions import command


@command
def create_team(*, name: str, by: Actor, branch_id: int | None = None, leader_id: int | None = None) -> Team:
    """Found a team; the same name returns the first one.

    A leader sees what his team owns, so nobody makes himself one: raises OwnRoles.
    """
    policy.require(by, "core.manage_users")
    refuse_acting(by)
    if by.pk is not None and leader_id == by.pk:
        raise OwnRoles
    defaults: dict[str, Any] = {"branch_id": branch_id, "leader_id": leader_id}
    return Team.objects.get_or_create(name=name, defaults=defaults)[0]


@command
def change_team(
    *, team_id: int, name: str, branch_id: int | None, leader_id: int | None, by: Actor, seen: str = ""
) -> Team:
    """Rename a team, move it to a branch or give it another leader. Locks the team.

    A leader sees what the team owns, so nobody makes himself one or steps down alone: raises OwnRoles. So it is with
    the branch of a team one belongs to. Raises InvalidValue for a name that is taken.
    """
    policy.require(by, "core.manage_users")
    refuse_acting(by)
    team = Team.objects.select_for_update(no_key=True, of=("self",)).get(pk=team_id)
    own = by.pk is not None and (team.leader_id == by.pk or team.members.filter(pk=by.pk).exists())
    if by.pk is not None and by.pk in {leader_id, team.leader_id} and leader_id != team.leader_id:
        raise OwnRoles
    if own and branch_id != team.branch_id:
        raise OwnRoles
    if Team.objects.filter(name=name).exclude(pk=team.pk).exists():
        raise InvalidValue(field=_("name"), problem=_("another team has it already"))
    expect(team, seen, *_members_of(team))
    if (team.name, team.branch_id, team.leader_id) != (name, branch_id, leader_id):
        team.name, team.branch_id, team.leader_id = name, branch_id, leader_id
        team.save(update_fields=["name", "branch", "leader"])
    return team


def _members_of(team: Team) -> list[int]:
    return sorted(team.members.values_list("pk", flat=True))


def team_seen(team: Team) -> str:
    """What a form about a team and its members is filled from."""
    return fingerprint(team, *_members_of(team))


@command
def set_members(*, team_id: int, user_ids: Iterable[int], by: Actor) -> Team:
    """Say who belongs to a team. Locks the team.

    Membership decides whose records the reach TEAM covers, so nobody puts himself into a team or takes himself
    out of one: raises OwnRoles.
    """
    policy.require(by, "core.manage_users")
    refuse_acting(by)
    team = Team.objects.select_for_update(no_key=True, of=("self",)).get(pk=team_id)
    wanted, current = set(user_ids), set(team.members.values_list("pk", flat=True))
    if by.pk is not None and by.pk in wanted ^ current:
        raise OwnRoles
    team.members.set(wanted)
    return team
