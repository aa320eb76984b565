"""From the first sign of interest to a yes or a no."""

from __future__ import annotations

import logging
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import events, policy
from core.actors import SYSTEM, Actor, user_or_none
from core.errors import InvalidValue
from core.models import RecordLink
from core.services import records
from core.transactions import command
from crm.choices import Direction, LeadStatus
from crm.errors import AnswerBeforeLead, LeadAnswered, LeadClosed, ReasonMissing
from crm.events import LeadAssigned, LeadQualified, LeadReceived, LeadRejected
from crm.models import Client, Interaction, Lead
from crm.selectors import routing
from crm.services.interactions import log_interaction

logger = logging.getLogger(__name__)

CLOSED = (LeadStatus.QUALIFIED, LeadStatus.REJECTED)


@command
def receive_lead(
    *,
    payload: dict[str, Any],
    received_at: datetime,
    by: Actor,
    source_id: int | None = None,
    utm: dict[str, Any] | None = None,
    submission_key: str | None = None,
    owner_id: int | None = None,
    title: str = "",
    name: str = "",
    company: str = "",
    email: str = "",
    phone: str = "",
    message: str = "",
    budget: Decimal | None = None,
) -> Lead:
    """Keep interest as it came and give it to somebody.

    The raw `payload` is stored unchanged for good. Without `source_id` the source follows from the UTM campaign,
    without `owner_id` the owner from the routes, else it is that of the known client, else the head of sales. A known
    e-mail or phone attaches the client and person; it is a new lead all the same. The same `submission_key` returns
    the first lead.
    """
    policy.require(by, "crm.receive_lead")
    if submission_key is not None:
        first = Lead.objects.filter(submission_key=submission_key).first()
        if first is not None:
            return first
    if source_id is None:
        source = routing.source_by_utm(utm or {})
        source_id = source.pk if source else None
    known = routing.known_by_contact(email=email, phone=phone)
    client = Client.objects.get(pk=known.client_id) if known.client_id is not None else None
    lead = Lead(
        raw_payload=payload, title=title, name=name, company=company, email=email.strip(), phone=phone.strip(),
        message=message, source_id=source_id, utm=utm or {}, received_at=received_at, budget=budget,
        owner_id=owner_id
        or routing.owner_by_route(source_id)
        or (client.owner_id if client else None)
        or routing.head_of_sales(),
        client=client, person_id=known.person_id, branch_id=client.branch_id if client else None,
        submission_key=submission_key, created_by=user_or_none(by),
    )  # fmt: skip
    try:
        with transaction.atomic():
            lead.save()
    except IntegrityError:
        # A twin with the same key was stored between our look and our insert.
        return Lead.objects.get(submission_key=submission_key)
    events.publish(LeadReceived(lead_id=lead.pk))
    logger.info("lead received", extra={"lead_id": lead.pk})
    return lead


LEAD_FIELDS = frozenset({
    "title", "name", "company", "email", "phone", "message", "source_id", "budget", "owner_id", "branch_id",
    "external_key",
})  # fmt: skip


@command
def change_lead(*, lead_id: int, changes: dict[str, Any], by: Actor, version: int | None = None) -> Lead:
    """Correct what is known of a lead (LEAD_FIELDS); what came in stays as it came. Locks the lead.

    The same values again change nothing. Raises StaleVersion, and InvalidValue for an unknown field.
    """
    lead = Lead.objects.locked().get(pk=lead_id)
    policy.require(by, "crm.change_lead", lead)
    lead.expect_version(version)
    for field in sorted(set(changes) - LEAD_FIELDS):
        raise InvalidValue(field=field, problem=_("unknown"))
    different = {name: value for name, value in changes.items() if getattr(lead, name) != value}
    if different:
        for name, value in different.items():
            setattr(lead, name, value)
        lead.updated_by = user_or_none(by)
        lead.save(update_fields=[*different, "updated_by"])
    if different.get("owner_id"):
        events.publish(LeadAssigned(lead_id=lead.pk, owner_id=lead.owner_id or 0, by_id=by.pk))
    return lead


@command
def answer_lead(*, lead_id: int, at: datetime, by: Actor, kind: str, subject: str = "", body: str = "") -> Lead:
    """Note an answer to the person who asked; the first one stops the response clock.

    The same answer (same moment, kind and subject) is noted once. Locks the lead. Raises AnswerBeforeLead.
    """
    lead = Lead.objects.locked().get(pk=lead_id)
    policy.require(by, "crm.answer_lead", lead)
    if at < lead.received_at:
        raise AnswerBeforeLead(received=lead.received_at, at=at)
    if _already_answered(lead, at=at, kind=kind, subject=subject):
        return lead
    log_interaction(
        kind=kind, direction=Direction.OUT, at=at, subject=subject, body=body, client_id=lead.client_id,
        person_id=lead.person_id, owner_id=by.pk or lead.owner_id, links=[lead], by=SYSTEM,
    )  # fmt: skip
    if lead.first_answer_at is None or at < lead.first_answer_at:
        lead.first_answer_at = at
    if lead.status == LeadStatus.NEW:
        records.note_status(lead, old=lead.status, new=LeadStatus.WORKING, at=at, by=by)
        lead.status = LeadStatus.WORKING
    lead.updated_by = user_or_none(by)
    lead.save(update_fields=["first_answer_at", "status", "updated_by"])
    return lead


def _already_answered(lead: Lead, *, at: datetime, kind: str, subject: str) -> bool:
    linked = RecordLink.objects.filter(
        source_type=records.type_of(Interaction), target_type=records.type_of(lead), target_id=lead.pk
    )
    return Interaction.objects.filter(
        pk__in=linked.values("source_id"), at=at, kind=kind, subject=subject, direction=Direction.OUT
    ).exists()


@command
def reject_lead(*, lead_id: int, reason: str, at: datetime, by: Actor) -> Lead:
    """Close a lead that comes to nothing, with its reason. Rejecting twice changes nothing.

    Locks the lead. Raises ReasonMissing, and LeadClosed for a qualified lead.
    """
    lead = Lead.objects.locked().get(pk=lead_id)
    policy.require(by, "crm.qualify_lead", lead)
    if lead.status == LeadStatus.REJECTED:
        return lead
    if lead.status == LeadStatus.QUALIFIED:
        raise LeadClosed(lead=lead, status=lead.get_status_display())
    if not reason.strip():
        raise ReasonMissing()
    _close(lead, LeadStatus.REJECTED, at=at, by=by, reject_reason=reason.strip())
    events.publish(LeadRejected(lead_id=lead.pk))
    return lead


@command
def mark_qualified(*, lead_id: int, client_id: int, person_id: int | None, at: datetime, by: Actor) -> Lead:
    """Close a lead with a yes; the app that made a deal of it calls this in the same transaction.

    A qualified lead stays as it is. Locks the lead. Raises LeadClosed for a rejected one.
    """
    lead = Lead.objects.locked().get(pk=lead_id)
    policy.require(by, "crm.qualify_lead", lead)
    if lead.status == LeadStatus.QUALIFIED:
        return lead
    if lead.status == LeadStatus.REJECTED:
        raise LeadClosed(lead=lead, status=lead.get_status_display())
    _close(lead, LeadStatus.QUALIFIED, at=at, by=by, client_id=client_id, person_id=person_id)
    events.publish(LeadQualified(lead_id=lead.pk))
    return lead


@command
def take_lead(*, lead_id: int, at: datetime, by: Actor) -> Lead:
    """Take a new lead into work; its doer becomes the owner when there is none. A lead in work stays as it is.

    Locks the lead. Raises LeadClosed.
    """
    lead = Lead.objects.locked().get(pk=lead_id)
    policy.require(by, "crm.answer_lead", lead)
    if lead.status in CLOSED:
        raise LeadClosed(lead=lead, status=lead.get_status_display())
    if lead.status == LeadStatus.NEW:
        _move(lead, LeadStatus.WORKING, at=at, by=by, owner_id=lead.owner_id or by.pk)
    return lead


@command
def release_lead(*, lead_id: int, at: datetime, by: Actor) -> Lead:
    """Make a lead new again that nobody answered yet. A new lead stays as it is.

    Locks the lead. Raises LeadClosed, and LeadAnswered once the person who asked had an answer.
    """
    lead = Lead.objects.locked().get(pk=lead_id)
    policy.require(by, "crm.answer_lead", lead)
    if lead.status in CLOSED:
        raise LeadClosed(lead=lead, status=lead.get_status_display())
    if lead.status == LeadStatus.WORKING:
        if lead.first_answer_at is not None:
            raise LeadAnswered(lead=lead)
        _move(lead, LeadStatus.NEW, at=at, by=by)
    return lead


@command
def reopen_lead(*, lead_id: int, at: datetime, by: Actor) -> Lead:
    """Take a rejected lead into work again; why it was rejected stays in its history. An open one stays as it is.

    Locks the lead. Raises LeadClosed for a qualified lead: its deal goes on.
    """
    lead = Lead.objects.locked().get(pk=lead_id)
    policy.require(by, "crm.qualify_lead", lead)
    if lead.status == LeadStatus.QUALIFIED:
        raise LeadClosed(lead=lead, status=lead.get_status_display())
    if lead.status == LeadStatus.REJECTED:
        _move(lead, LeadStatus.WORKING, at=at, by=by, closed_at=None, reject_reason="")
    return lead


def _move(lead: Lead, status: LeadStatus, *, at: datetime, by: Actor, **changes: Any) -> None:
    records.note_status(lead, old=lead.status, new=status, at=at, by=by, note=changes.get("reject_reason", ""))
    changes |= {"status": status, "updated_by": user_or_none(by)}
    for name, value in changes.items():
        setattr(lead, name, value)
    lead.save(update_fields=list(changes))


def _close(lead: Lead, status: LeadStatus, *, at: datetime, by: Actor, **changes: Any) -> None:
    _move(lead, status, at=at, by=by, closed_at=at, **changes)
