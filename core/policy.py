"""Who may do what with which record. The only module that decides; every door asks here.

Apps declare their actions in `actions.py` with the reach each system role starts with; `sync_roles` brings
the declared grants into the database, where an administrator may change them. A right is held through a role
assignment, in some branches or in all; several assignments add up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.choices import Reach
from core.errors import NotAllowed

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


@dataclass(frozen=True)
class Action:
    """Something that can be done, like `sales.confirm_order`, and who may do it from the start."""

    code: str
    label: str | Promise
    roles: dict[str, Reach] = field(default_factory=dict)


@dataclass(frozen=True)
class Grant:
    reach: Reach
    branch_ids: frozenset[int] | None  # None: all branches


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


def sync_roles(**_kwargs: Any) -> None:
    """Create system roles and the grants of actions they have not met yet; what was changed by hand stays."""
    from core.models import Role, RoleGrant

    for code, name in ROLES.items():
        role, _created = Role.objects.get_or_create(code=code, defaults={"name": str(name), "is_system": True})
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


def grants_of(user: Any) -> dict[str, list[Grant]]:
    """All rights of a user, read once per user object (one statement, plus one for branches)."""
    cached = getattr(user, "_policy_grants", None)
    if cached is not None:
        return cached
    found: dict[str, list[Grant]] = {}
    if user.pk and user.is_active:
        assignments = user.role_assignments.prefetch_related("branches", "role__grants")
        for assignment in assignments:
            branches = frozenset(branch.pk for branch in assignment.branches.all()) or None
            for grant in assignment.role.grants.all():
                if grant.reach:
                    found.setdefault(grant.action, []).append(Grant(Reach(grant.reach), branches))
    user._policy_grants = found
    return found


def _teammates(user: Any) -> set[int]:
    cached = getattr(user, "_policy_teammates", None)
    if cached is None:
        from core.models import User

        cached = set(User.objects.filter(teams__in=user.teams.all()).values_list("pk", flat=True)) | {user.pk}
        user._policy_teammates = cached
    return cached


def _value(obj: Any, path: str) -> Any:
    for part in path.split("__"):
        obj = getattr(obj, part, None)
    return getattr(obj, "pk", obj)


def _reaches(user: Any, grant: Grant, obj: Any) -> bool:
    ownership = obj.ownership
    if grant.branch_ids is not None and ownership.branch:
        if _value(obj, ownership.branch) not in grant.branch_ids:
            return False
    if grant.reach >= Reach.BRANCH or not ownership.owner:
        return True
    owner = _value(obj, ownership.owner)
    return owner == user.pk or (grant.reach == Reach.TEAM and owner in _teammates(user))


def allows(user: Actor, action: str, obj: Any = None) -> bool:
    """May `user` do `action` (with `obj`)? Without an object: has he the right at all?"""
    if action not in _actions:
        raise LookupError(f"no action {action!r} is declared")
    if user.is_superuser:
        return user.is_active
    grants = grants_of(user).get(action, [])
    if obj is None or not hasattr(obj, "ownership"):
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
    if user.is_superuser and user.is_active:
        return Q()
    ownership = model.ownership  # type: ignore[attr-defined]
    parts = []
    for grant in grants_of(user).get(action, []):
        part = Q()
        if grant.branch_ids is not None and ownership.branch:
            part &= Q(**{f"{ownership.branch}__in": grant.branch_ids})
        if grant.reach < Reach.BRANCH and ownership.owner:
            owners = {user.pk} if grant.reach == Reach.OWN else _teammates(user)
            part &= Q(**{f"{ownership.owner}__in": owners})
        if not part:
            return Q()
        parts.append(part)
    if not parts:
        return Q(pk__in=[])
    condition = parts[0]
    for part in parts[1:]:
        condition |= part
    return condition
