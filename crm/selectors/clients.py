"""Reading clients and their contacts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from core.actors import Actor
from crm.choices import Consent, ContactKind
from crm.contacts import normalised
from crm.models import Client, ContactPoint, LegalEntity


def clients_visible_to(user: Actor) -> QuerySet[Client]:
    return Client.objects.visible_to(user)


def entities_valid_on(on: date, *, client_id: int | None = None) -> QuerySet[LegalEntity]:
    """Legal entities that may sign on a day: begun, and not past their last day."""
    entities = LegalEntity.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    )
    return entities if client_id is None else entities.filter(client_id=client_id)


def may_be_mailed(values: Iterable[str]) -> set[str]:
    """Of the given e-mails, those (normalised) with a given consent and no withdrawal anywhere (one statement)."""
    asked = {spelling for value in values if (spelling := normalised(ContactKind.EMAIL, value))}
    found: dict[str, set[str]] = {}
    points = ContactPoint.objects.filter(kind=ContactKind.EMAIL, normalised__in=asked)
    for spelling, consent in points.values_list("normalised", "consent"):
        found.setdefault(spelling, set()).add(consent)
    return {
        spelling
        for spelling, consents in found.items()
        if Consent.GIVEN in consents and Consent.WITHDRAWN not in consents
    }
