"""The crew's door to one visit: a link that expires, can be withdrawn, and is stored as a hash only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor
from core.models import PublicLink
from core.services import outbox, public_links
from core.services.idempotency import once
from core.services.records import type_of
from core.transactions import command
from support.choices import VisitStatus
from support.errors import VisitClosed
from support.models import InstallationVisit

LINK_PURPOSE = "support.visit"
OPEN = (VisitStatus.PLANNED, VisitStatus.IN_FIELD)


@dataclass(frozen=True)
class MadeLink:
    """A link that was just made. `url` is empty when the same wish came a second time: it is shown only once."""

    url: str
    mailed_to: str


@command
def open_visit_link(*, visit_id: int, expires_at: datetime, by: Actor) -> str:
    """A link for the crew to report one visit without signing in; returns its token, shown once.

    Each call makes another link; `revoke_link` withdraws them all. Raises VisitClosed for a visit that is over.
    """
    visit = InstallationVisit.objects.get(pk=visit_id)
    policy.require(by, "support.plan_visit", visit)
    if visit.status not in OPEN:
        raise VisitClosed(number=visit.number, status=visit.get_status_display())
    return public_links.make_link(record=visit, purpose=LINK_PURPOSE, expires_at=expires_at, by=by)


@command
def hand_out_link(
    *, visit_id: int, expires_at: datetime, by: Actor, key: str, mail_to: str = "", language: str = "en"
) -> MadeLink:
    """Make a link and, if an address is named, put a mail with it into the outbox.

    The same `key` makes one link and one mail. Raises VisitClosed, InvalidValue for a wrong address.
    """
    visit = InstallationVisit.objects.select_related("order").get(pk=visit_id)
    policy.require(by, "support.plan_visit", visit)
    made: list[str] = []

    def make() -> dict[str, str]:
        made.append(address_of(open_visit_link(visit_id=visit_id, expires_at=expires_at, by=by)))
        if mail_to:
            _mail(visit, made[0], to=mail_to, expires_at=expires_at, language=language, key=key)
        return {"mailed_to": mail_to}

    body = {"visit": visit_id, "mail_to": mail_to}
    answer = once(scope=f"visit-link:{visit_id}", key=key, body=body, run=make)
    return MadeLink(url=made[0] if made else "", mailed_to=answer["mailed_to"])


@command
def revoke_link(*, visit_id: int, at: datetime, by: Actor) -> int:
    """Withdraw all links of a visit; returns how many were live."""
    visit = InstallationVisit.objects.get(pk=visit_id)
    policy.require(by, "support.plan_visit", visit)
    return public_links.revoke_links(record=visit, purpose=LINK_PURPOSE, at=at, by=by)


def visit_of_link(*, token: str, at: datetime) -> InstallationVisit:
    """The visit that a token opens at `at`, to show its form. Raises LinkNotUsable."""
    link = public_links.read_link(token=token, purpose=LINK_PURPOSE, model=InstallationVisit, at=at)
    return InstallationVisit.objects.select_related("order__client", "order__legal_entity").get(pk=link.record_id)


def visit_of_dead_link(token: str) -> InstallationVisit | None:
    """The visit of a link that was once good: who holds it may learn whom to call. None for a token nobody made."""
    link = PublicLink.objects.filter(
        token_hash=public_links.hash_of(token), purpose=LINK_PURPOSE, record_type=type_of(InstallationVisit)
    ).first()
    rows = InstallationVisit.objects.select_related("order__owner", "order__organization")
    return rows.filter(pk=link.record_id).first() if link else None


def live_links(visit: InstallationVisit, at: datetime) -> list[PublicLink]:
    """The links that open a visit at the moment, the newest first."""
    rows = PublicLink.objects.filter(record_type=type_of(visit), record_id=visit.pk, purpose=LINK_PURPOSE)
    return list(rows.filter(revoked_at=None, expires_at__gt=at).select_related("created_by").order_by("-pk"))


def address_of(token: str) -> str:
    return settings.SITE_URL.rstrip("/") + reverse("support:visit_public", args=[token])


def _mail(visit: InstallationVisit, url: str, *, to: str, expires_at: datetime, language: str, key: str) -> None:
    with translation.override(language):
        until = formats.date_format(timezone.localtime(expires_at), "DATE_FORMAT")
        subject = _("Installation %(visit)s: your report form") % {"visit": visit.number}
        told = [
            _("Here is the form for the visit %(visit)s, order %(order)s.")
            % {"visit": visit.number, "order": visit.order.number},
            visit.address,
            url,
            _("It opens on a phone without a sign-in, until %(day)s. Once opened it works without a signal.")
            % {"day": until},
        ]
    text = "\n\n".join(part for part in told if part)
    outbox.enqueue_mail(to=to, subject=subject, text=text, dedupe_key=f"visit-link:{visit.pk}:{key}")
