from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.choices import Origin
from core.history import tracked
from core.models import (
    Binnable,
    CustomValues,
    Entity,
    Ownership,
    ScopedQuerySet,
    append_only,
    frozen_when,
    money_field,
    percent_field,
    price_field,
    qty_field,
)
from sales.choices import DealPersonRole, DealStatus, LossReason
from sales.models.guards import deal_amount_is_its_lines
from sales.models.pipelines import Pipeline, Stage


@tracked
class Deal(Binnable, CustomValues, Entity):
    """A chance to sell. `amount` is net; it equals the sum of its lines as soon as there are lines.

    Status and probability are columns of their own: open deals have 1 to 99 %, 0 and 100 come only from
    closing, and a closed deal is frozen by a trigger but for what fulfilment learns about it.
    """

    name = models.CharField(_("name"), max_length=200)
    organization = models.ForeignKey("core.Organization", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    client = models.ForeignKey("crm.Client", on_delete=models.PROTECT, null=True, blank=True, related_name="deals")
    legal_entity = models.ForeignKey(
        "crm.LegalEntity", on_delete=models.PROTECT, null=True, blank=True, related_name="deals"
    )
    lead = models.OneToOneField("crm.Lead", on_delete=models.PROTECT, null=True, blank=True, related_name="deal")
    source = models.ForeignKey("crm.Source", on_delete=models.PROTECT, null=True, blank=True, related_name="deals")
    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="deals")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="deals")
    status = models.CharField(max_length=4, choices=DealStatus.choices, default=DealStatus.OPEN)
    amount = money_field(_("amount"), default=Decimal(0))
    currency = models.ForeignKey("core.Currency", on_delete=models.PROTECT, related_name="+")
    probability = models.PositiveSmallIntegerField(_("probability, %"))
    expected_close = models.DateField(_("expected close"), null=True, blank=True)
    owner = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="deals")
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    lost_reason = models.CharField(max_length=12, choices=LossReason.choices, blank=True)
    lost_note = models.CharField(_("remark on the loss"), max_length=300, blank=True)
    won_without_quote = models.CharField(_("reason to win without a quote"), max_length=300, blank=True)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.OWN)
    product_name = models.CharField(_("product in the source"), max_length=120, blank=True)
    field_data = models.JSONField(_("data from the field"), default=dict, blank=True)

    ownership: ClassVar[Ownership] = Ownership(owner="owner", branch="branch")
    # The stages of its pipeline, where a service has read them for this object; see `sales.services.path`.
    known_stages: list[Stage] | None = None

    class Meta:
        verbose_name, verbose_name_plural = _("deal"), _("deals")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="deal_amount_not_negative"),
            models.CheckConstraint(
                condition=Q(status="open", probability__gte=1, probability__lte=99, closed_at__isnull=True)
                | Q(status="won", probability=100, closed_at__isnull=False)
                | Q(status="lost", probability=0, closed_at__isnull=False),
                name="deal_probability_fits_its_status",
            ),
            models.CheckConstraint(condition=~Q(status="lost") | ~Q(lost_reason=""), name="deal_lost_with_a_reason"),
        ]
        indexes = [
            models.Index(fields=["pipeline", "stage"], condition=Q(status="open"), name="deal_board"),
            models.Index(fields=["status", "closed_at"], name="deal_closed"),
            models.Index(
                fields=["pipeline", "closed_at"], condition=Q(closed_at__isnull=False), name="deal_closed_here"
            ),
            models.Index(fields=["-opened_at", "-id"], name="deal_newest_first"),
        ]
        triggers = [
            frozen_when(
                "deal_closed_is_frozen",
                pgtrigger.Q(old__status__in=["won", "lost"]),
                except_fields=["version", "updated_at", "updated_by", "field_data", "owner", "custom"],
            ),
            deal_amount_is_its_lines("deal_amount_is_its_lines", deal="NEW.id", operation=pgtrigger.UpdateOf("amount")),
        ]

    def __str__(self) -> str:
        return self.name


class DealLine(models.Model):
    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=1)
    item = models.ForeignKey("inventory.Item", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField(_("description"), max_length=300, blank=True)
    qty = qty_field(_("quantity"))
    unit_price = price_field(_("price"))
    discount_pct = percent_field(_("discount, %"), default=Decimal(0))
    net_amount = money_field(_("net"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(qty__gt=0, unit_price__gte=0, discount_pct__gte=0, discount_pct__lte=100),
                name="deal_line_quantities_make_sense",
            ),
        ]
        triggers = [
            deal_amount_is_its_lines(
                "deal_lines_are_its_amount",
                deal="COALESCE(NEW.deal_id, OLD.deal_id)",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deal_id}/{self.position}"


class StageChange(models.Model):
    """The deal's path: row `seq` begins a stay that lasts until the next row. Append-only, without holes.

    A row whose stage did not change records another amount or probability, so the weighted value of any
    moment can be recomputed. A trigger refuses a row that does not continue the one before.
    """

    # Found by deal through the unique step, by stage through an index that names the deal as well.
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="stage_changes", db_index=False)
    seq = models.PositiveIntegerField()
    from_stage = models.ForeignKey(
        Stage, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    to_stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        "core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    amount = money_field()
    probability = models.PositiveSmallIntegerField()

    objects = ScopedQuerySet.as_manager()
    ownership: ClassVar[Ownership] = Ownership(owner="deal__owner", branch="deal__branch")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deal", "seq"], name="stage_change_once_per_step")]
        indexes = [
            models.Index(fields=["at"], name="stage_change_by_day"),
            models.Index(fields=["to_stage"], include=["deal"], name="stage_change_reached"),
        ]
        triggers = [
            append_only("stage_change_append_only"),
            pgtrigger.Trigger(
                name="stage_change_continues",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("previous", "sales_stagechange%ROWTYPE")],
                func=(
                    "SELECT * INTO previous FROM sales_stagechange WHERE deal_id = NEW.deal_id AND seq = NEW.seq - 1;"
                    " IF (NEW.seq = 1 AND NEW.from_stage_id IS NOT NULL) OR (NEW.seq > 1 AND"
                    " (previous.id IS NULL OR previous.to_stage_id IS DISTINCT FROM NEW.from_stage_id"
                    " OR previous.at > NEW.at)) OR NEW.seq < 1 THEN"
                    " RAISE EXCEPTION 'stage change % of deal % does not continue the one before', NEW.seq, NEW.deal_id"
                    " USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deal_id}/{self.seq}"


class DealRole(models.Model):
    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="roles")
    person = models.ForeignKey("crm.Person", on_delete=models.PROTECT, related_name="deal_roles")
    role = models.CharField(max_length=12, choices=DealPersonRole.choices)
    legal_entity = models.ForeignKey(
        "crm.LegalEntity", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deal", "person", "role"], name="deal_role_once")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.role}"


class DealCompetitor(models.Model):
    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="competitors")
    name = models.CharField(_("name"), max_length=120)
    price = money_field(_("their price"), null=True, blank=True)
    note = models.CharField(_("remark"), max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deal", "name"], name="deal_competitor_once")]

    def __str__(self) -> str:
        return self.name
