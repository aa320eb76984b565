"""What is read about web forms: what came in, what waits, what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from core.prepared import prepared
from crm.choices import LeadStatus, SubmissionState
from crm.models import WebForm, WebFormSubmission
from crm.models.webforms import BECAME_LEADS

WAITING = (SubmissionState.RECEIVED, SubmissionState.QUARANTINED)
SHOWN = 50


@dataclass(frozen=True)
class Figures:
    """What came of a form: everything sent, held back, waiting for a person, leads, leads that became deals."""

    sent: int
    held: int
    waiting: int
    leads: int
    qualified: int


def figures_of(form: WebForm) -> Figures:
    """One statement."""
    held = Q(doubt__gt="")
    found = WebFormSubmission.objects.filter(form=form).aggregate(
        sent=Count("pk"),
        held=Count("pk", filter=held),
        waiting=Count("pk", filter=Q(state__in=WAITING)),
        leads=Count("pk", filter=Q(state__in=BECAME_LEADS)),
        qualified=Count("pk", filter=Q(lead__status=LeadStatus.QUALIFIED)),
    )
    return Figures(**found)


@prepared
def _counts(ids: Any, _user: Any) -> QuerySet[Any, Any]:
    rows = WebFormSubmission.objects.filter(form__in=ids).order_by().values("form")
    rows = rows.annotate(
        sent=Count("pk"),
        waiting=Count("pk", filter=Q(state__in=WAITING)),
        leads=Count("pk", filter=Q(state__in=BECAME_LEADS)),
    )
    return rows.values_list("form", "sent", "waiting", "leads")


def count_reader(place: int) -> Any:
    """A column of the list: sent (1), waiting (2) or leads (3); the three share one statement a page."""

    def read(ids: list[int], user: Any) -> dict[int, int]:
        held = getattr(user, "_webform_counts", None)
        if held is None or held[0] is not ids:
            held = user._webform_counts = (ids, list(_counts(ids, user)))
        return {**dict.fromkeys(ids, 0), **{row[0]: row[place] for row in held[1]}}

    return read


def waiting_of(form: WebForm) -> list[WebFormSubmission]:
    return list(WebFormSubmission.objects.filter(form=form, state__in=WAITING).order_by("-pk")[:SHOWN])


def latest_of(form: WebForm, user: Any) -> list[WebFormSubmission]:
    """The newest that became leads, as far as the user may know of the leads."""
    from crm.models import Lead

    mine = Lead.objects.visible_to(user)
    rows = WebFormSubmission.objects.filter(form=form, lead__in=mine).select_related("lead__owner")
    return list(rows.order_by("-pk")[:10])


def waiting_count() -> int | None:
    return WebFormSubmission.objects.filter(state__in=WAITING).count() or None
