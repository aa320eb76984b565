from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.history import tracked
from core.models import Entity, Ownership, frozen_when, kept_when, money_field, percent_field, price_field, qty_field
from sales.choices import ApprovalStatus, QuoteStatus
from sales.models.deals import Deal
from sales.models.estimates import EstimateRequest
from sales.models.guards import leaves_with_its_sums, lines_frozen


@tracked
class Quote(Entity):
    """One revision of an offer. A sent one never changes; a new revision supersedes it when it is sent."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="quotes")
    number = models.CharField(_("number"), max_length=40)
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    status = models.CharField(max_length=10, choices=QuoteStatus.choices, default=QuoteStatus.DRAFT)
    legal_entity = models.ForeignKey("crm.LegalEntity", on_delete=models.PROTECT, related_name="quotes")
    estimate = models.ForeignKey(EstimateRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    currency = models.ForeignKey("core.Currency", on_delete=models.PROTECT, related_name="+")
    tax_included = models.BooleanField(default=False)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    terms = models.TextField(_("terms"), blank=True)
    drafted_at = models.DateTimeField(_("drafted at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    accepted_by_name = models.CharField(_("accepted by"), max_length=120, blank=True)
    net_amount = money_field(_("net"), default=Decimal(0))
    tax_amount = money_field(_("tax"), default=Decimal(0))
    gross_amount = money_field(_("total"), default=Decimal(0))
    cost_amount = money_field(_("cost"), default=Decimal(0))

    ownership: ClassVar[Ownership] = Ownership(owner="deal__owner", branch="deal__branch")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deal", "revision"], name="quote_revision_once_per_deal"),
            models.UniqueConstraint(
                fields=["deal"], condition=Q(status__in=["sent", "accepted"]), name="quote_one_current_per_deal"
            ),
            models.UniqueConstraint(fields=["deal"], condition=Q(status="draft"), name="quote_one_draft_per_deal"),
            models.CheckConstraint(
                condition=Q(gross_amount=F("net_amount") + F("tax_amount")), name="quote_total_is_net_and_tax"
            ),
        ]
        indexes = [models.Index(fields=["-drafted_at", "-id"], name="quote_newest")]
        triggers = [
            frozen_when(
                "quote_sent_is_frozen",
                ~pgtrigger.Q(old__status="draft"),
                except_fields=["version", "updated_at", "updated_by", "status", "decided_at", "accepted_by_name"],
            ),
            kept_when("quote_sent_is_kept", ~pgtrigger.Q(old__status="draft")),
            leaves_with_its_sums(
                "quote_leaves_with_its_sums",
                lines="sales_quoteline",
                counted="NOT is_optional",
                taxes="sales_quotetax",
                document="quote_id",
                condition=pgtrigger.Q(old__status="draft", new__status="sent"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.revision})"


class QuoteLine(models.Model):
    """`net_amount` is rounded once; `cost_amount` comes from the estimate or the item's cost when drafted.

    A line with a `heading` opens a section, which goes on to the next heading. An optional line is outside the sums
    of the quote; it is bought when the client chooses it with his yes.
    """

    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    item = models.ForeignKey("inventory.Item", on_delete=models.PROTECT, related_name="+")
    heading = models.CharField(_("section"), max_length=120, blank=True, default="", db_default="")
    is_optional = models.BooleanField(_("option for the client"), default=False, db_default=False)
    is_chosen = models.BooleanField(_("chosen by the client"), default=False, db_default=False)
    text = models.CharField(_("description"), max_length=300, blank=True)
    qty = qty_field(_("quantity"))
    unit_price = price_field(_("price"))
    discount_pct = percent_field(_("discount, %"), default=Decimal(0))
    tax_percent = percent_field(_("tax, %"), default=Decimal(0))
    net_amount = money_field(_("net"))
    cost_amount = money_field(_("cost"), default=Decimal(0))
    price_trace = models.JSONField(_("how the price was found"), default=dict, blank=True)
    source_line = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quote", "position"], name="quote_line_position_once"),
            models.CheckConstraint(
                condition=Q(
                    qty__gt=0, unit_price__gte=0, discount_pct__gte=0, discount_pct__lte=100, tax_percent__gte=0
                ),
                name="quote_line_quantities_make_sense",
            ),
            models.CheckConstraint(
                condition=Q(is_chosen=False) | Q(is_optional=True), name="quote_line_chosen_was_an_option"
            ),
        ]
        triggers = lines_frozen(
            "quote_line_frozen",
            document="quote_id",
            table="sales_quote",
            condition="d.status = 'draft'",
            columns=[
                "quote_id",
                "heading",
                "is_optional",
                "item_id",
                "qty",
                "unit_price",
                "discount_pct",
                "tax_percent",
                "net_amount",
                "cost_amount",
            ],
        )

    def __str__(self) -> str:
        return f"{self.quote_id}/{self.position}"


class QuoteTax(models.Model):
    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="taxes")
    percent = percent_field()
    net_amount = money_field()
    tax_amount = money_field()

    class Meta:
        verbose_name_plural = _("quote taxes")
        constraints = [models.UniqueConstraint(fields=["quote", "percent"], name="quote_tax_once_per_rate")]
        triggers = lines_frozen(
            "quote_tax_frozen",
            document="quote_id",
            table="sales_quote",
            condition="d.status = 'draft'",
            columns=["quote_id", "percent", "net_amount", "tax_amount"],
        )

    def __str__(self) -> str:
        return f"{self.percent} %: {self.tax_amount}"


@tracked
class Approval(Entity):
    """Somebody with a higher limit is asked to let a quote out as it stands."""

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="approvals")
    status = models.CharField(max_length=8, choices=ApprovalStatus.choices, default=ApprovalStatus.ASKED)
    discount_pct = percent_field(_("highest discount, %"))
    margin_pct = percent_field(_("margin, %"), null=True, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)

    ownership: ClassVar[Ownership] = Ownership(owner="quote__deal__owner", branch="quote__deal__branch")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quote"], condition=Q(status="asked"), name="approval_one_open_per_quote"),
        ]
        indexes = [models.Index(fields=["-asked_at", "-id"], name="approval_newest")]

    def __str__(self) -> str:
        return str(self.quote)
