"""Who may do what with which record. The only module that decides; every door asks here.

Apps declare their actions in `actions.py` with the reach each system role starts with; `sync_roles` brings
the declared grants into the database, where an administrator may change them. A right is held through a role
assignment, in some branches or in all; several assignments add up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Model, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import setup
from core.actors import Actor
from core.choices import Reach
from core.errors import NotAllowed
from core.ownership import NOBODYS, Ownership
from core.ui import switches

ROLES: dict[str, Promise] = {
    "seller": _("Sales manager"),
    "head_of_sales": _("Head of sales"),
    "purchaser": _("Purchaser"),
    "storekeeper": _("Storekeeper"),
    "production_lead": _("Production lead"),
    "operator": _("Operator"),
    "accountant": _("Accountant"),
    "marketer": _("Marketer"),
    "director": _("Director"),
    "administrator": _("Administrator"),
}

# The roles that sign in with a second factor from the start; an administrator may change it.
SECOND_FACTOR = frozenset({"accountant", "director", "administrator"})


@dataclass(frozen=True)
class Action:
    """Something that can be done, like `sales.confirm_order`, and who may do it from the start."""

    code: str
    label: str | Promise
    roles: dict[str, Reach] = field(default_factory=dict)


@dataclass(frozen=True)
class Grant:
    """One right a user holds through one assignment. `None` stands for all branches, all warehouses."""

    reach: Reach
    branch_ids: frozenset[int] | None
    warehouse_ids: frozenset[int] | None


_actions: dict[str, Action] = {}


def register(actions: Iterable[Action]) -> None:
    """Make actions known. A code is declared once."""
    for action in actions:
        if _actions.get(action.code, action) != action:
            raise RuntimeError(f"{action.code} is declared twice")
        unknown = set(action.roles) - set(ROLES)
        if unknown:
            raise RuntimeError(f"{action.code} names unknown roles: {sorted(unknown)}")
        _actions[action.code] = action


def known_actions() -> dict[str, Action]:
    return dict(_actions)


def actions_in_use() -> dict[str, Action]:
    """The declared actions without those of switched-off modules and functions: what rights can be given for."""
    return {code: action for code, action in _actions.items() if switches.may_act(code)}


def _is_shut(user: Any, action: str) -> bool:
    """Is the action's module or function switched off? For every person, but not for the system itself."""
    return not getattr(user, "is_system", False) and not switches.may_act(action)


def sync_roles(**_kwargs: Any) -> None:
    """Create system roles and the grants of actions they have not met yet; what was changed by hand stays."""
    from core.models import Role, RoleGrant

    for code, name in ROLES.items():
        defaults = {"name": str(name), "is_system": True, "needs_second_factor": code in SECOND_FACTOR}
        role, _created = Role.objects.get_or_create(code=code, defaults=defaults)
        new = [action for action in _actions.values() if action.code not in role.known_actions]
        if not new:
            continue
        reaches = {
            action.code: Reach.ALL if code == "administrator" else action.roles.get(code, Reach.NONE) for action in new
        }
        RoleGrant.objects.bulk_create(
            [RoleGrant(role=role, action=action, reach=reach) for action, reach in reaches.items() if reach],
            ignore_conflicts=True,
        )
        role.known_actions = sorted({*role.known_actions, *reaches})
        role.save(update_fields=["known_actions"])


def remember_across_requests(user: Any) -> None:
    """Let a user object share what it knows of its rights with later requests, until the setup changes.

    Only for the one who is signed in: a user that a service has just changed reads his rights anew.
    """
    user._policy_memory = setup.memory_of(user.pk)


def memory_of(user: Any) -> dict[Any, Any]:
    """What is known of a user's rights and of what follows from them, kept at the user object."""
    memory: dict[Any, Any] | None = getattr(user, "_policy_memory", None)
    if memory is None:
        memory = user._policy_memory = {}
    return memory


def grants_of(user: Any) -> dict[str, list[Grant]]:
    """All rights of a user, read once per user object, in one statement."""
    if not user.is_active:
        return {}
    memory = memory_of(user)
    found: dict[str, list[Grant]] | None = memory.get("grants")
    if found is None:
        found = {}
        for reach, branches, warehouses, actions in _grant_rows(user) if user.pk else ():
            grant = Grant(Reach(reach), frozenset(branches) or None, frozenset(warehouses) or None)
            for action in actions:
                found.setdefault(action, []).append(grant)
        memory["grants"] = found
    return found


def _grant_rows(user: Any) -> Iterable[tuple[int, list[int], list[int], list[str]]]:
    """A row for each assignment and reach: reach, branches, warehouses, and the actions held so far."""
    from core.models import RoleAssignment

    branches = ArrayAgg("branches", filter=Q(branches__isnull=False), distinct=True, default=[])
    actions = ArrayAgg("role__grants__action", distinct=True)
    grants = RoleAssignment.objects.filter(user=user, role__grants__reach__gt=Reach.NONE)
    rows = grants.values("pk", "role__grants__reach").annotate(in_branches=branches, actions=actions)
    return rows.values_list("role__grants__reach", "in_branches", "warehouse_ids", "actions")


def forget_rights(user: Any) -> None:
    """Drop what a user object remembers of its rights; the next question reads them anew."""
    user._policy_memory = {}


def roles_of(user: Any) -> frozenset[str]:
    """The codes of the roles a user is in, in whichever branches (one statement per user object)."""
    memory = memory_of(user)
    if "roles" not in memory:
        from core.models import RoleAssignment

        codes = RoleAssignment.objects.filter(user_id=user.pk).values_list("role__code", flat=True) if user.pk else ()
        memory["roles"] = frozenset(codes)
    return memory["roles"]  # type: ignore[no-any-return]


def _teammates(user: Any) -> set[int]:
    """The user, the members of his teams and of the teams he leads, and their leaders (one statement)."""
    memory = memory_of(user)
    if "teammates" not in memory:
        from core.models import Team, User

        teams = Team.objects.filter(Q(members=user) | Q(leader=user)).values("pk")
        people = User.objects.filter(Q(teams__in=teams) | Q(teams_led__in=teams))
        memory["teammates"] = {*people.values_list("pk", flat=True), user.pk}
    return memory["teammates"]  # type: ignore[no-any-return]


def _home_branches(user: Any) -> frozenset[int] | None:
    """The branches of the user's teams; None when no team names one (one statement)."""
    memory = memory_of(user)
    if "home_branches" not in memory:
        from core.models import Team

        teams = Team.objects.filter(Q(members=user) | Q(leader=user), branch__isnull=False)
        memory["home_branches"] = frozenset(teams.values_list("branch_id", flat=True)) or None
    return memory["home_branches"]  # type: ignore[no-any-return]


def branches_of(user: Any, grant: Grant) -> frozenset[int] | None:
    """Where a grant holds: the assignment's branches; without any, reach BRANCH means the home branches."""
    if grant.branch_ids is None and grant.reach == Reach.BRANCH:
        return _home_branches(user)
    return grant.branch_ids


def ownership_of(model: Any) -> Ownership:
    """How the policy sees whose a record of `model` is; a model that does not say belongs to nobody."""
    return getattr(model, "ownership", None) or NOBODYS


def _value(obj: Any, path: str) -> Any:
    """Follow a field path to a key, without reading the last related row."""
    *parts, last = path.split("__")
    for part in parts:
        obj = getattr(obj, part, None)
    if hasattr(obj, f"{last}_id"):
        return getattr(obj, f"{last}_id")
    value = getattr(obj, last, None)
    return getattr(value, "pk", value)


def _reaches(user: Any, grant: Grant, obj: Any) -> bool:
    ownership = ownership_of(obj)
    branch_ids = branches_of(user, grant)
    if branch_ids is not None and ownership.branch and _value(obj, ownership.branch) not in branch_ids:
        return False
    places = grant.warehouse_ids
    if places is not None and ownership.warehouses and not any(_value(obj, p) in places for p in ownership.warehouses):
        return False
    if grant.reach >= Reach.BRANCH or not ownership.owner:
        return True
    owner = _value(obj, ownership.owner)
    return owner == user.pk or (grant.reach == Reach.TEAM and owner in _teammates(user))


def allows(user: Actor, action: str, obj: Any = None) -> bool:
    """May `user` do `action` (with `obj`)? Without an object: has he the right at all?"""
    if action not in _actions:
        raise LookupError(f"no action {action!r} is declared")
    if _is_shut(user, action):
        return False
    if user.is_superuser:
        return user.is_active
    grants = grants_of(user).get(action, [])
    if obj is None:
        return bool(grants)
    return any(_reaches(user, grant, obj) for grant in grants)


def require(user: Actor, action: str, obj: Any = None) -> None:
    """Raise NotAllowed unless `allows`. Services call it before any write."""
    if not allows(user, action, obj):
        raise NotAllowed(action=_actions[action].label)


def reach_q(user: Actor, action: str, model: type[Model]) -> Q:
    """The rows of `model` that `user` reaches with `action`, as a condition for a queryset."""
    if action not in _actions:
        raise LookupError(f"no action {action!r} is declared")
    if _is_shut(user, action):
        return Q(pk__in=[])
    if user.is_superuser and user.is_active:
        return Q()
    grants = grants_of(user).get(action, [])
    if any(grant.reach == Reach.ALL and not grant.branch_ids and not grant.warehouse_ids for grant in grants):
        return Q()  # without asking for teams and branches of narrower grants
    parts = [_grant_q(user, grant, ownership_of(model)) for grant in grants]
    if not parts:
        return Q(pk__in=[])
    if not all(parts):  # an empty condition reaches everything
        return Q()
    return reduce(or_, parts)


def _grant_q(user: Any, grant: Grant, ownership: Ownership) -> Q:
    condition = Q()
    branch_ids = branches_of(user, grant)
    if branch_ids is not None and ownership.branch:
        condition &= Q(**{f"{ownership.branch}__in": sorted(branch_ids)})
    if grant.warehouse_ids is not None and ownership.warehouses:
        places = sorted(grant.warehouse_ids)
        condition &= reduce(or_, (Q(**{f"{path}__in": places}) for path in ownership.warehouses))
    if grant.reach < Reach.BRANCH and ownership.owner:
        owners = {user.pk} if grant.reach == Reach.OWN else _teammates(user)
        condition &= Q(**{f"{ownership.owner}__in": sorted(owners)})
    return condition
