"""Meetings, calls and messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Model
from django.utils import timezone

from core import policy
from core.actors import Actor, user_or_none
from core.services import records
from core.transactions import command
from crm.choices import InteractionStatus
from crm.errors import NothingToLinkTo, NotYetHappened
from crm.models import Interaction


@command
def log_interaction(
    *,
    kind: str,
    at: datetime,
    by: Actor,
    direction: str = "",
    status: str = InteractionStatus.DONE,
    subject: str = "",
    body: str = "",
    minutes: int = 0,
    thread: str = "",
    client_id: int | None = None,
    person_id: int | None = None,
    owner_id: int | None = None,
    links: Sequence[Model] = (),
) -> Interaction:
    """Write down a contact with a client, a person or about other records (`links`).

    Each call writes one more. Raises NothingToLinkTo, and NotYetHappened when something done lies ahead.
    """
    policy.require(by, "crm.log_interaction")
    if client_id is None and person_id is None and not links:
        raise NothingToLinkTo()
    if status == InteractionStatus.DONE and at > timezone.now():
        raise NotYetHappened(at=at)
    interaction = Interaction.objects.create(
        kind=kind, direction=direction, status=status, at=at, minutes=minutes, subject=subject, body=body,
        thread=thread, client_id=client_id, person_id=person_id, owner_id=owner_id or by.pk,
        created_by=user_or_none(by),
    )  # fmt: skip
    if links:
        records.link(interaction, *links)
    return interaction


@command
def finish_interaction(
    *, interaction_id: int, at: datetime, by: Actor, minutes: int = 0, body: str = "", missed: bool = False
) -> Interaction:
    """Say that a planned interaction took place (or was missed). A finished one stays as it is. Locks it."""
    interaction = Interaction.objects.locked().get(pk=interaction_id)
    policy.require(by, "crm.log_interaction", interaction)
    if interaction.status != InteractionStatus.PLANNED:
        return interaction
    if at > timezone.now():
        raise NotYetHappened(at=at)
    interaction.status = InteractionStatus.MISSED if missed else InteractionStatus.DONE
    interaction.at, interaction.minutes = at, minutes
    interaction.body = body or interaction.body
    interaction.updated_by = user_or_none(by)
    interaction.save(update_fields=["status", "at", "minutes", "body", "updated_by"])
    return interaction
