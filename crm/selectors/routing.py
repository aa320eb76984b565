"""Where a lead comes from, who gets it, and whom we know already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from core.models import User
from crm.choices import ContactKind
from crm.contacts import normalised
from crm.models import ContactPoint, LeadRoute, PersonRole, Source


def source_by_utm(utm: Mapping[str, Any]) -> Source | None:
    """The active source whose pattern fits the campaign of `utm`: the longest pattern, then the oldest source.

    A pattern is a campaign code, perhaps with `*`; capitals do not matter.
    """
    campaign = str(utm.get("campaign") or utm.get("utm_campaign") or "").strip().lower()
    if not campaign:
        return None
    sources = Source.objects.filter(is_active=True).exclude(utm_pattern="").order_by("pk")
    fitting = [source for source in sources if fnmatchcase(campaign, source.utm_pattern.strip().lower())]
    return max(fitting, key=lambda source: len(source.utm_pattern), default=None)


def owner_by_route(source_id: int | None) -> int | None:
    """The owner of the first active route whose source is the lead's or one above it, or names none."""
    above: set[int | None] = {None}
    if source_id is not None:
        parents = dict(Source.objects.values_list("pk", "parent_id"))
        step: int | None = source_id
        while step is not None and step not in above:
            above.add(step)
            step = parents.get(step)
    for route in LeadRoute.objects.filter(is_active=True).order_by("position"):
        if route.source_id in above:
            return route.owner_id
    return None


def head_of_sales() -> int | None:
    """Who gets what no route takes, so that no request waits where nobody who sells sees it: the first of the heads."""
    heads = User.objects.filter(is_active=True, role_assignments__role__code="head_of_sales")
    return heads.order_by("pk").values_list("pk", flat=True).first()


@dataclass(frozen=True)
class Known:
    """Whom a contact belongs to already."""

    client_id: int | None = None
    person_id: int | None = None


def known_by_contact(*, email: str = "", phone: str = "") -> Known:
    """The person and client behind an e-mail or, failing that, a phone; the oldest contact point wins."""
    for kind, value in ((ContactKind.EMAIL, email), (ContactKind.PHONE, phone)):
        spelling = normalised(kind, value) if value else None
        if spelling is None:
            continue
        points = ContactPoint.objects.filter(kind=kind, normalised=spelling).order_by("pk")
        point = points.filter(person__isnull=False).first() or points.first()
        if point is None:
            continue
        if point.person_id is None:
            return Known(client_id=point.client_id)
        role = PersonRole.objects.filter(person_id=point.person_id).order_by("-is_primary", "pk").first()
        return Known(client_id=role.client_id if role else None, person_id=point.person_id)
    return Known()
