from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.history import tracked
from core.models import Entity, ScopedQuerySet
from crm.choices import Doubt, SubmissionState
from crm.models.clients import Source
from crm.models.leads import Lead

BECAME_LEADS = [SubmissionState.ACCEPTED, SubmissionState.RELEASED]


@tracked
class WebForm(Entity):
    """A form for the company's web site: its questions, its look, and who gets what comes in.

    `fields` is the ordered list of questions (`crm.webforms.Question`). Without an `owner` the routes of leads decide.
    `frame_hosts` are the sites that may show it inside their pages, one a line; without any, none may.
    """

    key = models.CharField(_("address"), max_length=40, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("open"), default=True, help_text=_("A closed form answers that it is closed."))
    title = models.CharField(_("heading"), max_length=120, blank=True)
    intro = models.TextField(_("text above"), blank=True)
    fields = models.JSONField(_("questions"), default=list, editable=False)
    consent_text = models.TextField(
        _("consent"), blank=True, help_text=_("The visitor agrees to exactly this text; it is kept as the proof.")
    )
    button_text = models.CharField(_("button"), max_length=40, blank=True)
    thanks_text = models.TextField(_("thanks"), blank=True)
    colour = models.CharField(_("colour"), max_length=7, default="#0e6073")
    language = models.CharField(_("language"), max_length=8, blank=True)
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, blank=True, related_name="webforms", verbose_name=_("source")
    )
    owner = models.ForeignKey(
        "core.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner of leads"),
        help_text=_("Without one the routes of leads decide."),
    )
    frame_hosts = models.TextField(
        _("sites that may embed it"), blank=True, help_text=_("One a line, as www.example.com.")
    )
    hourly_limit = models.PositiveSmallIntegerField(
        _("leads an hour"), default=30, help_text=_("What comes beyond waits in quarantine.")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("web form"), _("web forms")
        constraints = [
            models.CheckConstraint(condition=Q(colour__regex=r"^#[0-9a-f]{6}$"), name="webform_colour_is_a_colour"),
            models.CheckConstraint(condition=~Q(name=""), name="webform_has_a_name"),
            models.CheckConstraint(condition=Q(hourly_limit__gt=0), name="webform_takes_something"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hosts(self) -> list[str]:
        return self.frame_hosts.split()


class WebFormSubmission(models.Model):
    """What somebody sent: stored as it came before anything else, then made a lead or kept in quarantine.

    `sender` is a keyed fingerprint of the network address, not the address. The payload never changes; it goes when a
    person deletes what was in quarantine.
    """

    form = models.ForeignKey(WebForm, on_delete=models.PROTECT, related_name="submissions", verbose_name=_("form"))
    key = models.CharField(max_length=64)
    payload = models.JSONField(_("as it came"), default=dict)
    utm = models.JSONField(default=dict, blank=True)
    sender = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField(_("received at"))
    recorded_at = models.DateTimeField(db_default=Now())
    state = models.CharField(
        _("state"), max_length=12, choices=SubmissionState.choices, default=SubmissionState.RECEIVED
    )
    doubt = models.CharField(_("why"), max_length=10, choices=Doubt.choices, blank=True)
    consent_text = models.TextField(_("agreed to"), blank=True)
    lead = models.OneToOneField(
        Lead, on_delete=models.PROTECT, null=True, blank=True, related_name="submission", verbose_name=_("lead")
    )
    decided_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    lock_order: ClassVar[tuple[str, ...]] = ("pk",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "key"], name="webform_submission_once"),
            models.CheckConstraint(
                condition=Q(state__in=BECAME_LEADS, lead__isnull=False)
                | (~Q(state__in=BECAME_LEADS) & Q(lead__isnull=True)),
                name="webform_submission_accepted_has_its_lead",
            ),
            models.CheckConstraint(
                condition=~Q(state="quarantined") | ~Q(doubt=""), name="webform_submission_quarantined_for_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["form", "-received_at"], name="webform_submission_newest"),
            models.Index(fields=["form", "sender", "received_at"], name="webform_submission_by_sender"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="webform_submission_kept_as_it_came",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.payload IS DISTINCT FROM NEW.payload AND NOT (NEW.payload = '{}' AND NEW.state = 'deleted')"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_id}: {self.received_at:%Y-%m-%d %H:%M}"

    @property
    def said(self) -> dict[str, Any]:
        """What was written, without the fields of the guard."""
        return {name: value for name, value in self.payload.items() if value and name not in ("homepage", "stamp")}

    @property
    def headline(self) -> str:
        """Who sent it, or how it begins."""
        said = self.said
        return str(said.get("name") or said.get("email") or said.get("message") or "–")[:80]
