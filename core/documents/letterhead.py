"""Who sends a paper: our legal entity with its details and logo, and where a paper's record is found again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Model
from django.urls import reverse

from core.documents.facts import Sender
from core.models import Attachment, Look, Organization
from core.services.logos import LOGO
from core.services.records import type_of


def senders(organizations: Iterable[Organization]) -> dict[int, Sender]:
    """The letterheads of these organisations, by id, in two statements."""
    known = {organization.pk: organization for organization in organizations}
    logos = dict(
        Attachment.objects.filter(record_type=type_of(Organization), record_id__in=known, kind=LOGO)
        .order_by("pk")
        .values_list("record_id", "uuid")
    )
    looks = {look.organization_id: look for look in Look.objects.filter(organization__in=known)}
    plain = Look()
    return {
        pk: Sender(
            name=organization.name,
            lines=lines(organization.address),
            tax_id=organization.tax_id,
            logo=logos[pk].hex if pk in logos else "",
            terms=looks.get(pk, plain).terms,
            bank=lines(looks.get(pk, plain).bank),
            footer=lines(looks.get(pk, plain).footer),
        )
        for pk, organization in known.items()
    }


def lines(address: str) -> tuple[str, ...]:
    """The lines of an address as it was typed, without empty ones."""
    return tuple(line.strip() for line in address.splitlines() if line.strip())


def day_at(organization: Organization, moment: datetime) -> date:
    """The organisation's own date at a moment."""
    return moment.astimezone(ZoneInfo(organization.time_zone)).date()


def link_to(kind: str, record: Model) -> str:
    """Where the papers of this record are shown, for those who may see it: the text of a paper's QR code."""
    return settings.SITE_URL.rstrip("/") + reverse("core:paper_history", args=[kind, record.pk])
