"""Where interest comes from, and who gets new leads."""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core import policy
from core.actors import Actor, user_or_none
from core.errors import InvalidValue
from core.models import User
from core.services.fingerprints import change_row, refuse_taken
from core.transactions import command
from crm.models import LeadRoute, Source

FIELDS = frozenset({"name", "channel", "utm_pattern", "parent_id", "is_active"})


@command
def create_source(
    *, code: str, name: str, channel: str, by: Actor, utm_pattern: str = "", parent_id: int | None = None
) -> Source:
    """A source of leads, perhaps inside another. Raises InvalidValue for a code that is taken."""
    policy.require(by, "crm.manage_sources")
    refuse_taken(Source, label=_("code"), code=code)
    return Source.objects.create(
        code=code,
        name=name,
        channel=channel,
        utm_pattern=utm_pattern,
        parent_id=parent_id,
        created_by=user_or_none(by),
    )


@command
def change_source(*, source_id: int, changes: dict[str, Any], by: Actor, seen: str = "") -> Source:
    """Change a source or take it out of use; leads keep where they came from.

    Locks all sources, so that two moves cannot make a ring. Raises InvalidValue, ChangedMeanwhile.
    """
    policy.require(by, "crm.manage_sources")
    unknown = set(changes) - FIELDS
    if unknown:
        raise TypeError(f"{sorted(unknown)} is not changed here")
    parents = dict(Source.objects.order_by("pk").select_for_update(no_key=True).values_list("pk", "parent"))
    above = changes.get("parent_id")
    while above is not None:
        if above == source_id:
            raise InvalidValue(field=_("inside"), problem=_("a source cannot lie inside itself"))
        above = parents.get(above)
    return change_row(Source, source_id, changes, seen=seen)


@command
def create_route(*, source_id: int | None, owner_id: int, by: Actor) -> LeadRoute:
    """Give new leads of a source to somebody; without a source, all leads that no route before it took.

    It comes last in the row. The same route again is the same. Locks the routes. Raises InvalidValue for somebody
    who does not work here.
    """
    policy.require(by, "crm.manage_routes")
    list(LeadRoute.objects.order_by("pk").select_for_update(no_key=True))
    _require_working(owner_id)
    known = LeadRoute.objects.filter(source=source_id, owner=owner_id, is_active=True).first()
    if known is not None:
        return known
    last = LeadRoute.objects.aggregate(last=Max("position"))["last"] or 0
    return LeadRoute.objects.create(source_id=source_id, owner_id=owner_id, position=last + 1)


@command
def change_route(
    *, route_id: int, source_id: int | None, owner_id: int, is_active: bool, by: Actor, seen: str = ""
) -> LeadRoute:
    """Change whom a route gives leads to. Leads that were given stay. Raises InvalidValue, ChangedMeanwhile."""
    policy.require(by, "crm.manage_routes")
    if is_active:
        _require_working(owner_id)
    changes = {"source_id": source_id, "owner_id": owner_id, "is_active": is_active}
    return change_row(LeadRoute, route_id, changes, seen=seen)


@command
def move_route(*, route_id: int, up: bool, by: Actor) -> bool:
    """Let a route be asked before or after its neighbour; False at the end of the row. Locks the routes."""
    policy.require(by, "crm.manage_routes")
    order = list(LeadRoute.objects.order_by("position").select_for_update(no_key=True, of=("self",)))
    here = next(n for n, one in enumerate(order) if one.pk == route_id)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        return False
    one, other = order[here], order[there]
    places = other.position, one.position
    for route, place in ((one, order[-1].position + 1), (other, places[1]), (one, places[0])):
        route.position = place
        route.save(update_fields=["position"])
    return True


@command
def remove_route(*, route_id: int, by: Actor) -> bool:
    """Ask a route no more; leads it gave stay with whom they are. False when it is gone already."""
    policy.require(by, "crm.manage_routes")
    route = LeadRoute.objects.filter(pk=route_id).first()
    if route is not None:
        route.delete()
    return route is not None


def _require_working(user_id: int) -> None:
    if not User.objects.filter(pk=user_id, is_active=True).exists():
        raise InvalidValue(field=_("who"), problem=_("this account is blocked"))
