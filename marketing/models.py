from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.history import tracked
from core.models import Entity, Ownership, ScopedQuerySet, append_only, money_field
from marketing.choices import CampaignStatus, TouchKind


@tracked
class Campaign(Entity):
    """Money and effort to win interest; its leads are those of its source."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    source = models.OneToOneField("crm.Source", on_delete=models.PROTECT, related_name="campaign")
    status = models.CharField(max_length=8, choices=CampaignStatus.choices, default=CampaignStatus.PLANNED)
    budget = money_field(_("budget"), default=Decimal(0))
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(budget__gte=0), name="campaign_budget_not_negative"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="campaign_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CampaignCost(models.Model):
    """Money spent on a campaign. Append-only; a correction is a negative row."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="costs")
    label = models.CharField(_("what for"), max_length=120)
    amount = money_field(_("amount"))
    spent_on = models.DateField(_("day"))
    recorded_at = models.DateTimeField(default=timezone.now)
    source_key = models.CharField(max_length=120, null=True, blank=True, unique=True)

    objects = ScopedQuerySet.as_manager()
    ownership: ClassVar[Ownership] = Ownership()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="campaign_cost_is_an_amount")]
        triggers = [append_only("campaign_cost_append_only")]

    def __str__(self) -> str:
        return f"{self.label}: {self.amount}"


class Touch(models.Model):
    """A lead or client met us through a source. Append-only."""

    lead = models.ForeignKey("crm.Lead", on_delete=models.PROTECT, null=True, blank=True, related_name="touches")
    client = models.ForeignKey("crm.Client", on_delete=models.PROTECT, null=True, blank=True, related_name="touches")
    source = models.ForeignKey("crm.Source", on_delete=models.PROTECT, related_name="touches")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="touches")
    kind = models.CharField(max_length=6, choices=TouchKind.choices, default=TouchKind.OTHER)
    at = models.DateTimeField()
    key = models.CharField(max_length=120, null=True, blank=True, unique=True)

    objects = ScopedQuerySet.as_manager()
    ownership: ClassVar[Ownership] = Ownership()

    class Meta:
        verbose_name_plural = _("touches")
        constraints = [
            models.CheckConstraint(
                condition=Q(lead__isnull=False) | Q(client__isnull=False), name="touch_of_a_lead_or_a_client"
            ),
        ]
        triggers = [append_only("touch_append_only")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.at:%Y-%m-%d}"
