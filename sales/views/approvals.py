"""Discounts that wait for somebody with a higher limit: their card and the decision."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.ui import amounts, cells
from core.ui.records import Act, RecordScreen, Stat
from sales.choices import ApprovalStatus
from sales.models import Approval
from sales.registers.approvals import TONES
from sales.selectors.quotes import worth_of
from sales.services import approvals
from sales.templatetags.sales import percent
from sales.views.steps import Step


class ApprovalCard(RecordScreen):
    def badges(self) -> Iterator[SafeString]:
        yield cells.tag(self.record.get_status_display(), TONES.get(self.record.status, ""))

    def subtitle(self) -> Iterator[SafeString | str]:
        quote = self.record.quote
        if policy.allows(self.user, "sales.view_quote", quote):
            yield format_html('<a href="{}">{}</a>', reverse("sales:quote_card", args=[quote.pk]), _("The quote"))
        yield quote.deal.client.name
        yield format_html('<a href="{}">{}</a>', reverse("sales:deal_card", args=[quote.deal_id]), quote.deal.name)

    def stats(self) -> list[Stat]:
        approval, quote = self.record, self.record.quote
        made = [
            Stat(_("Discount"), percent(approval.discount_pct)),
            Stat(_("Net"), amounts.exact_money(quote.net_amount, quote.currency_id)),
        ]
        if policy.allows(self.user, "sales.view_costs"):
            worth = worth_of(quote, quote.lines.order_by("position"))
            made.append(Stat(_("Margin at list price"), percent(worth.margin_before_pct)))
            made.append(Stat(_("Margin as asked"), percent(approval.margin_pct)))
        return made

    def acts(self) -> list[Act]:
        approval = self.record
        if may_decide(approval, self.user):
            return [Act(_("Decide"), "gavel", reverse("sales:approval_decide", args=[approval.pk]), primary=True)]
        return []


def may_decide(approval: Approval, user: Any) -> bool:
    """Does the decision wait for this user? Nobody decides what he asked himself."""
    waits = approval.status == ApprovalStatus.ASKED and approval.asked_by_id != user.pk
    return waits and policy.allows(user, "sales.decide_approval", approval)


class DecideForm(forms.Form):
    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[("granted", gettext_lazy("Grant it")), ("refused", gettext_lazy("Refuse it"))],
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(
        label=gettext_lazy("Remark"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("decision") == "refused" and not data.get("remark"):
            self.add_error("remark", _("Say why, so that the quote can be mended."))
        return data


class DecideApproval(Step):
    right, form_class = "sales.decide_approval", DecideForm
    heading, verb = gettext_lazy("Decide on the discount"), gettext_lazy("Decide")
    done = gettext_lazy("Decided. Who asked is told.")
    template = "sales/approval_decide.html"

    def take(self, data: dict[str, Any], key: str) -> Any:
        return approvals.decide_approval(
            approval_id=self.record.pk,
            granted=data["decision"] == "granted",
            remark=data["remark"],
            at=timezone.now(),
            by=self.user,
        )

    def context(self) -> dict[str, Any]:
        quote = self.record.quote
        return {
            "approval": self.record,
            "quote": quote,
            "worth": worth_of(quote, quote.lines.order_by("position")),
            "sees_costs": policy.allows(self.user, "sales.view_costs"),
            "currency": quote.currency_id,
        }
