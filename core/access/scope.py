"""The legal entity and branch somebody works in just now: a choice of the session that narrows lists and figures.

It never widens anything: lists start from `visible_to`, and the choice takes rows away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from core import policy
from core.choices import Reach
from core.models import Branch, User

KEY = "scope"


@dataclass(frozen=True)
class Scope:
    """What was chosen; both empty stands for all the user may see. A branch names its legal entity as well."""

    organization_id: int | None = None
    branch_id: int | None = None

    def __bool__(self) -> bool:
        return self.organization_id is not None

    @property
    def key(self) -> str:
        """How a form writes it: `` for everything, `3` for a legal entity, `3-7` for a branch."""
        return "-".join(str(part) for part in (self.organization_id, self.branch_id) if part is not None)


ALL = Scope()


@dataclass(frozen=True)
class Place:
    """One line of the menu: a legal entity with the branches the user may choose."""

    scope: Scope
    name: str
    branches: tuple[Place, ...] = field(default=())


def current(request: HttpRequest) -> Scope:
    """What this session is narrowed to, without a statement."""
    stored = request.session.get(KEY) if hasattr(request, "session") else None
    return Scope(stored[0], stored[1]) if stored else ALL


def narrow(rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    """Leave the rows of the chosen branch or legal entity; a model without a branch stays as it is."""
    return rows.filter(condition(rows.model, current(request)))


def condition(model: Any, scope: Scope) -> Q:
    path = policy.ownership_of(model).branch
    if not scope or not path:
        return Q()
    if scope.branch_id is not None:
        return Q(**{path: scope.branch_id})
    return Q(**{f"{path}__organization": scope.organization_id})


def branches_of(user: User) -> QuerySet[Branch]:
    """The working branches in which the user holds any right."""
    branches = Branch.objects.filter(is_active=True, organization__is_active=True)
    if user.is_superuser:
        return branches
    held: set[int] = set()
    for grants in policy.grants_of(user).values():
        for grant in grants:
            if grant.reach == Reach.NONE:
                continue
            places = policy.branches_of(user, grant)
            if places is None:
                return branches
            held |= places
    return branches.filter(pk__in=held)


def places_for(user: User) -> list[Place]:
    """The menu: legal entities with their branches, as far as the user's rights go. Remembered with the rights."""
    memory = policy.memory_of(user)
    if "places" not in memory:
        memory["places"] = _read_places(user)
    return memory["places"]  # type: ignore[no-any-return]


def _read_places(user: User) -> list[Place]:
    rows = branches_of(user).select_related("organization").order_by("organization__name", "name", "pk")
    found: dict[int, tuple[str, list[Place]]] = {}
    for branch in rows:
        _name, inner = found.setdefault(branch.organization_id, (branch.organization.name, []))
        inner.append(Place(Scope(branch.organization_id, branch.pk), branch.name))
    return [Place(Scope(key), name, tuple(inner)) for key, (name, inner) in found.items()]


def choose(request: HttpRequest, key: str) -> bool:
    """Narrow the session to what a form sent; False (and nothing changed) when it is not the user's to choose."""
    if not key:
        request.session.pop(KEY, None)
        return True
    places = places_for(request.user)  # type: ignore[arg-type]
    offered = {place.scope.key: place.scope for outer in places for place in (outer, *outer.branches)}
    if key not in offered:
        return False
    request.session[KEY] = [offered[key].organization_id, offered[key].branch_id]
    return True
