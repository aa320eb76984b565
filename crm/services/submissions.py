"""What comes in through web forms: kept as it came, then made a lead, or held back until a person decides."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import policy
from core.actors import SYSTEM, Actor, user_or_none
from core.transactions import command
from crm.choices import Doubt, SubmissionState
from crm.errors import SubmissionSettled, WebFormFlooded
from crm.models import Lead, WebForm, WebFormSubmission
from crm.services.leads import receive_lead
from crm.webforms import lead_values

logger = logging.getLogger(__name__)

HOUR = timedelta(hours=1)
SENDER_LIMIT = 5  # from one address to one form in an hour; offices share addresses
MOST_KEPT = 1000  # of one form in an hour; what comes beyond is not even stored
WAITING = (SubmissionState.RECEIVED, SubmissionState.QUARANTINED)
QUARANTINE_DAYS = timedelta(days=90)


def receive_submission(
    *, form: WebForm, key: str, payload: Mapping[str, Any], said: Mapping[str, Any], sender: str, at: datetime,
    doubt: Doubt | None = None, utm: Mapping[str, Any] | None = None,
) -> WebFormSubmission:  # fmt: skip
    """Keep what was sent, and make a lead of it unless something speaks against it.

    The raw `payload` commits before anything else is tried; `said` are the clean answers. The same `key` gives the
    first submission. No mail goes to whoever sent it. Raises WebFormFlooded beyond MOST_KEPT in an hour.
    """
    stored = _keep(form_id=form.pk, key=key, payload=dict(payload), sender=sender, at=at, utm=dict(utm or {}),
                   consent_text=form.consent_text if said.get("consent") else "")  # fmt: skip
    if stored.state != SubmissionState.RECEIVED:
        return stored
    try:
        return _judge(submission_id=stored.pk, said=said, doubt=doubt)
    except Exception:
        logger.exception("a submission could not be made a lead", extra={"submission_id": stored.pk})
        return _hold(submission_id=stored.pk, doubt=Doubt.FAILED)


@command
def _keep(
    *, form_id: int, key: str, payload: dict[str, Any], sender: str, at: datetime, utm: dict[str, Any],
    consent_text: str,
) -> WebFormSubmission:  # fmt: skip
    first = WebFormSubmission.objects.filter(form=form_id, key=key).first()
    if first is not None:
        return first
    recent = WebFormSubmission.objects.filter(form=form_id, received_at__gt=at - HOUR)
    if recent[: MOST_KEPT + 1].count() > MOST_KEPT:
        raise WebFormFlooded
    try:
        with transaction.atomic():
            return WebFormSubmission.objects.create(
                form_id=form_id, key=key, payload=payload, sender=sender, received_at=at, utm=utm,
                consent_text=consent_text,
            )  # fmt: skip
    except IntegrityError:
        # A twin with the same key was stored between our look and our insert.
        return WebFormSubmission.objects.get(form=form_id, key=key)


@command
def _judge(*, submission_id: int, said: Mapping[str, Any], doubt: Doubt | None) -> WebFormSubmission:
    """Lock the form, so that its budget is counted once at a time, then the submission."""
    form_id = WebFormSubmission.objects.values_list("form_id", flat=True).get(pk=submission_id)
    form = WebForm.objects.locked().get(pk=form_id)
    submission = WebFormSubmission.objects.locked().get(pk=submission_id)
    if submission.state != SubmissionState.RECEIVED:
        return submission
    doubt = doubt or _over_budget(form, submission)
    if doubt is not None:
        return _held(submission, doubt)
    submission.lead = _lead_of(form, submission, said)
    submission.state = SubmissionState.ACCEPTED
    submission.save(update_fields=["lead", "state"])
    return submission


def _over_budget(form: WebForm, submission: WebFormSubmission) -> Doubt | None:
    recent = WebFormSubmission.objects.filter(
        form=form, received_at__gt=submission.received_at - HOUR, pk__lt=submission.pk
    )
    if submission.sender and recent.filter(sender=submission.sender).count() >= SENDER_LIMIT:
        return Doubt.SENDER
    taken = recent.filter(state=SubmissionState.ACCEPTED).count()
    return Doubt.FLOOD if taken >= form.hourly_limit else None


def _lead_of(form: WebForm, submission: WebFormSubmission, said: Mapping[str, Any]) -> Lead:
    return receive_lead(
        payload=submission.said,
        received_at=submission.received_at,
        source_id=form.source_id,
        owner_id=form.owner_id,
        utm=submission.utm,
        submission_key=f"webform:{form.pk}:{submission.key}"[:80],
        by=SYSTEM,
        title=_("Request by “%(form)s”") % {"form": form.name} if form.name else "",
        **lead_values(form, said),
    )


def _held(submission: WebFormSubmission, doubt: Doubt) -> WebFormSubmission:
    submission.state, submission.doubt = SubmissionState.QUARANTINED, doubt
    submission.save(update_fields=["state", "doubt"])
    return submission


@command
def _hold(*, submission_id: int, doubt: Doubt) -> WebFormSubmission:
    submission = WebFormSubmission.objects.locked().get(pk=submission_id)
    return _held(submission, doubt) if submission.state == SubmissionState.RECEIVED else submission


@command
def release_submission(*, submission_id: int, at: datetime, by: Actor) -> WebFormSubmission:
    """A person says that it is meant: make a lead of it. Releasing twice gives the first lead.

    Locks the submission. Raises SubmissionSettled for one that was deleted.
    """
    policy.require(by, "crm.sort_submissions")
    submission = WebFormSubmission.objects.locked().prefetch_related("form").get(pk=submission_id)
    if submission.state in (SubmissionState.RELEASED, SubmissionState.ACCEPTED):
        return submission
    if submission.state not in WAITING:
        raise SubmissionSettled(state=submission.get_state_display())
    submission.lead = _lead_of(submission.form, submission, submission.payload)
    submission.state, submission.decided_by, submission.decided_at = SubmissionState.RELEASED, user_or_none(by), at
    submission.save(update_fields=["lead", "state", "decided_by", "decided_at"])
    return submission


@command
def delete_submission(*, submission_id: int, at: datetime, by: Actor) -> WebFormSubmission:
    """A person says that it is rubbish: what was written goes, that something came stays for the figures.

    Deleting twice changes nothing. Locks the submission. Raises SubmissionSettled for one that became a lead.
    """
    policy.require(by, "crm.sort_submissions")
    submission = WebFormSubmission.objects.locked().get(pk=submission_id)
    if submission.state == SubmissionState.DELETED:
        return submission
    if submission.state not in WAITING:
        raise SubmissionSettled(state=submission.get_state_display())
    submission.state, submission.decided_by, submission.decided_at = SubmissionState.DELETED, user_or_none(by), at
    submission.payload, submission.utm, submission.sender, submission.consent_text = {}, {}, "", ""
    submission.save(update_fields=["state", "decided_by", "decided_at", "payload", "utm", "sender", "consent_text"])
    return submission


@command
def forget_old_quarantine(*, at: datetime) -> int:
    """What nobody released in three months goes; returns how many. A second run finds none."""
    old = WebFormSubmission.objects.filter(state__in=WAITING, received_at__lt=at - QUARANTINE_DAYS)
    return old.update(state=SubmissionState.DELETED, payload={}, utm={}, sender="", consent_text="", decided_at=at)
