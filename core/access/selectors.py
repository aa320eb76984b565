"""Reading users, roles, teams, and what happened to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core import policy
from core.access.factors import KINDS
from core.choices import Reach
from core.models import ActingSession, Role, RoleAssignment, RoleGrant, Team, User

STATES = ("active", "blocked", "invited")


def users_list(*, text: str = "", state: str = "", role: str = "") -> QuerySet[User]:
    """Accounts by name with their roles, whether they hold a second factor, and when they were seen last."""
    from allauth.mfa.models import Authenticator

    rows = User.objects.all()
    for word in text.split():
        rows = rows.filter(
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(email__icontains=word)
            | Q(job_title__icontains=word)
        )
    if state == "blocked":
        rows = rows.filter(is_active=False)
    elif state == "active":
        rows = rows.filter(is_active=True)
    elif state == "invited":
        rows = rows.filter(is_active=True, last_login=None)
    if role:
        rows = rows.filter(role_assignments__role__code=role)
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=KINDS)
    assignments = RoleAssignment.objects.select_related("role").order_by("role__name")
    return (
        rows.annotate(has_factor=Exists(factors), seen_at=Max("sessions__last_seen_at"))
        .prefetch_related(Prefetch("role_assignments", assignments))
        .order_by("last_name", "first_name", "email")
    )


def roles_list() -> QuerySet[Role]:
    return Role.objects.annotate(
        people=Count("assignments", distinct=True), rights=Count("grants", distinct=True)
    ).order_by("-is_system", "name")


def teams_list() -> QuerySet[Team]:
    return Team.objects.select_related("branch", "leader").annotate(people=Count("members")).order_by("name")


def acting_log() -> QuerySet[ActingSession]:
    return ActingSession.objects.select_related("by", "person", "end").order_by("-began_at", "-pk")


@dataclass(frozen=True)
class Right:
    """One line of a role's rights: the action, how far it goes, and how far the reader may set it."""

    code: str
    label: str | Promise
    reach: Reach
    allowed: frozenset[Reach]
    error: str = ""

    @property
    def field(self) -> str:
        return f"reach-{self.code}"


def rights_of(role: Role, by: Any, *, may_give: Any, held: dict[str, Reach] | None = None) -> dict[str, list[Right]]:
    """The declared actions by app, each with what the role holds; `may_give(by, action, reach)` limits the choice."""
    if held is None:
        held = {grant.action: Reach(grant.reach) for grant in role.grants.all()}
    found: dict[str, list[Right]] = {}
    for code, action in sorted(policy.known_actions().items()):
        allowed = frozenset(reach for reach in Reach if may_give(by, code, reach))
        right = Right(code, action.label, held.get(code, Reach.NONE), allowed)
        found.setdefault(code.partition(".")[0], []).append(right)
    return found


@dataclass(frozen=True)
class Difference:
    """A right that the form and the role hold differently: what was typed, and what stands there now."""

    label: str
    typed: str
    stored: str


def differences_of(role: Role, typed: dict[str, Reach]) -> list[Difference]:
    """The rights of a form that differ from what the role holds by now."""
    stored = {grant.action: Reach(grant.reach) for grant in role.grants.all()}
    known = policy.known_actions()
    return [
        Difference(str(known[code].label), str(reach.label), str(stored.get(code, Reach.NONE).label))
        for code, reach in sorted(typed.items())
        if reach != stored.get(code, Reach.NONE)
    ]


@dataclass(frozen=True)
class Note:
    """One line of a history: when, who (and in whose name), and what, as a sentence."""

    at: datetime
    who: User | None
    acting_for: User | None
    text: str


def history_of_user(user: User) -> list[Note]:
    """What was done to an account, its roles, their branches and its teams, newest first."""
    assignments = _rows(RoleAssignment, user_id=user.pk)
    roles = dict(Role.objects.values_list("pk", "name"))
    by_assignment = {row.id: roles.get(row.role_id, str(row.role_id)) for row in assignments}
    places = _rows(_through(RoleAssignment.branches), roleassignment_id__in=by_assignment)
    members = _rows(_through(Team.members), user_id=user.pk)
    branches, teams = _names("Branch", {row.branch_id for row in places}), _names("Team", {m.team_id for m in members})
    people = _people([*assignments, *places, *members])
    found = [_note(row, people, _about_role(row, by_assignment[row.id])) for row in assignments]
    for row in places:
        facts = {"role": by_assignment[row.roleassignment_id], "branch": branches.get(row.branch_id, "")}
        text = _("{role}: also in {branch}") if row.pgh_label == "insert" else _("{role}: no longer in {branch}")
        found.append(_note(row, people, text.format(**facts)))
    for row in members:
        text = _("Joined the team {team}") if row.pgh_label == "insert" else _("Left the team {team}")
        found.append(_note(row, people, text.format(team=teams.get(row.team_id, ""))))
    found += _field_notes(User, user.pk)
    return sorted(found, key=lambda note: note.at, reverse=True)


def history_of_role(role: Role) -> list[Note]:
    """What was done to a role and its rights, newest first."""
    rows = _rows(RoleGrant, role_id=role.pk)
    people, labels = _people(rows), {code: str(action.label) for code, action in policy.known_actions().items()}
    found = []
    for row in rows:
        reach = Reach.NONE if row.pgh_label == "delete" else Reach(row.reach)
        facts = {"action": labels.get(row.action, row.action), "reach": reach.label}
        found.append(_note(row, people, _("{action}: {reach}").format(**facts)))
    found += _field_notes(Role, role.pk)
    return sorted(found, key=lambda note: note.at, reverse=True)


def history_of_team(team: Team) -> list[Note]:
    """What was done to a team and its members, newest first."""
    rows = _rows(_through(Team.members), team_id=team.pk)
    people = _people(rows)
    members = _names("User", {row.user_id for row in rows})
    found = []
    for row in rows:
        text = _("{person} joined") if row.pgh_label == "insert" else _("{person} left")
        found.append(_note(row, people, text.format(person=members.get(row.user_id, ""))))
    found += _field_notes(Team, team.pk)
    return sorted(found, key=lambda note: note.at, reverse=True)


def _about_role(row: Any, role: str) -> str:
    if row.pgh_label == "insert":
        return _("Role given: {role}").format(role=role)
    if row.pgh_label == "delete":
        return _("Role withdrawn: {role}").format(role=role)
    return _("{role}: other warehouses").format(role=role)


def _field_notes(model: Any, pk: int) -> list[Note]:
    rows = _rows(model, pgh_obj_id=pk)
    people, found = _people(rows), []
    for number, row in enumerate(rows):
        if row.pgh_label == "insert" or number == 0:
            found.append(_note(row, people, _("Created")))
            continue
        for field in model._meta.concrete_fields:
            if not hasattr(row, field.attname):
                continue
            old, new = getattr(rows[number - 1], field.attname), getattr(row, field.attname)
            if old != new:
                facts = {"field": field.verbose_name, "before": _shown(old), "after": _shown(new)}
                found.append(_note(row, people, _("{field}: {before} → {after}").format(**facts)))
    return found


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "–" if value in (None, "") else str(value)


def _through(relation: Any) -> Any:
    """The proxy of a join table that keeps the history (TeamMembership, RoleBranch)."""
    from core.models import RoleBranch, TeamMembership

    return TeamMembership if relation.through is Team.members.through else RoleBranch


def _rows(model: Any, **where: Any) -> list[Any]:
    history = model.pgh_event_models["update"]
    return list(history.objects.filter(**where).select_related("pgh_context").order_by("pgh_id"))


def _names(model: str, keys: Iterable[int]) -> dict[int, str]:
    from django.apps import apps

    return {key: str(row) for key, row in apps.get_model("core", model)._default_manager.in_bulk(list(keys)).items()}


def _people(rows: Sequence[Any]) -> dict[int, User]:
    facts = [row.pgh_context.metadata for row in rows if row.pgh_context]
    return User.objects.in_bulk({key for one in facts for key in (one.get("user"), one.get("acting_for")) if key})


def _note(row: Any, people: dict[int, User], text: str) -> Note:
    facts = row.pgh_context.metadata if row.pgh_context else {}
    return Note(row.pgh_created_at, people.get(facts.get("user", 0)), people.get(facts.get("acting_for", 0)), text)
