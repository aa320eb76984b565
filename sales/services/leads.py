"""A lead becomes a client with a deal."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from core import policy
from core.actors import SYSTEM, Actor
from core.transactions import command
from crm.choices import ContactKind, LeadStatus
from crm.contacts import normalised
from crm.errors import LeadClosed
from crm.models import Lead, LegalEntity
from crm.services.clients import add_legal_entity, create_client
from crm.services.leads import mark_qualified
from crm.services.persons import create_person
from sales.models import Deal
from sales.services.deals import open_deal


@command
def qualify_lead(
    *,
    lead_id: int,
    amount: Decimal,
    at: datetime,
    by: Actor,
    pipeline_code: str | None = None,
    deal_name: str = "",
    client_name: str = "",
    legal_name: str = "",
    client_id: int | None = None,
) -> Deal:
    """Make a deal of a lead, worth `amount` net; client, legal entity and person are entered when not known yet.

    One deal per lead: the second call returns the first deal. Locks the lead. Raises LeadClosed for a rejected
    lead, NameMissing when nothing names the client.
    """
    lead = Lead.objects.locked().get(pk=lead_id)
    policy.require(by, "crm.qualify_lead", lead)
    deal = Deal.objects.filter(lead=lead).first()
    if deal is not None:
        return deal
    if lead.status == LeadStatus.REJECTED:
        raise LeadClosed(lead=lead, status=lead.get_status_display())
    owner_id = lead.owner_id or by.pk
    client_id = client_id or lead.client_id
    if client_id is None:
        client_id = create_client(
            name=client_name or lead.company or lead.name or lead.email, owner_id=owner_id, branch_id=lead.branch_id,
            first_source_id=lead.source_id, is_person=not (client_name or lead.company), by=SYSTEM,
        ).pk  # fmt: skip
    entity = _entity(client_id, legal_name or client_name or lead.company or lead.name or lead.email, bool(legal_name))
    person_id = lead.person_id or _person(lead, client_id, owner_id)
    deal = open_deal(
        name=deal_name or lead.title or client_name or str(lead), at=at, by=SYSTEM, client_id=client_id,
        amount=amount, pipeline_code=pipeline_code, owner_id=owner_id, source_id=lead.source_id,
        legal_entity_id=entity.pk, branch_id=lead.branch_id, lead_id=lead.pk,
    )  # fmt: skip
    mark_qualified(lead_id=lead.pk, client_id=client_id, person_id=person_id, at=at, by=SYSTEM)
    return deal


def _entity(client_id: int, name: str, named: bool) -> LegalEntity:
    """The client's legal entity of that name; when none was named, its first; else a new one."""
    entities = LegalEntity.objects.filter(client_id=client_id).order_by("pk")
    found = (entities.filter(legal_name=name) if named else entities).first()
    return found or add_legal_entity(client_id=client_id, legal_name=name, by=SYSTEM)


def _person(lead: Lead, client_id: int, owner_id: int | None) -> int | None:
    if not lead.name.strip():
        return None
    first, _space, last = lead.name.strip().rpartition(" ")
    # A lead keeps what the visitor typed; what is no e-mail or phone stays on the lead alone.
    email = lead.email if normalised(ContactKind.EMAIL, lead.email) else ""
    phone = lead.phone if normalised(ContactKind.PHONE, lead.phone) else ""
    return create_person(
        first_name=first, last_name=last, client_id=client_id, email=email, phone=phone, owner_id=owner_id, by=SYSTEM
    ).pk
