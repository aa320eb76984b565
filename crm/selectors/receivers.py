"""Who receives a paper: a legal entity with its address, and the person at the client whom it is meant for."""

from __future__ import annotations

from collections.abc import Iterable

from core.documents.facts import Receiver
from core.documents.letterhead import lines
from crm.models import LegalEntity, PersonRole


def receiver(entity: LegalEntity, label: str, *, contact: str = "") -> Receiver:
    """The receiver's block: contact, address as it was typed, tax number."""
    address = (*((contact,) if contact else ()), *lines(entity.billing_address))
    return Receiver(label=label, name=entity.legal_name, lines=address, tax_id=entity.tax_id)


def delivery_place(entity: LegalEntity, address: str, label: str) -> Receiver | None:
    """Where goods go, when that is another place than the billing address."""
    place = lines(address or entity.shipping_address)
    if not place or place == lines(entity.billing_address):
        return None
    return Receiver(label=label, name=entity.legal_name, lines=place)


def contacts_of(client_ids: Iterable[int]) -> dict[int, str]:
    """The primary contact of each client with his position, in one statement: "Ada Person, director"."""
    roles = PersonRole.objects.filter(client_id__in=set(client_ids), is_primary=True).select_related("person")
    return {
        role.client_id: f"{role.person}, {role.position}" if role.position else str(role.person)
        for role in roles.order_by("-pk")
    }
