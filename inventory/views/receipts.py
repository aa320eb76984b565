"""Goods receipts: the list, the card, late costs, and taking one back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from decimal import Decimal
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
from core.ui.lists import ListScreen
from core.ui.panels import Act, Stat
from core.ui.records import RecordScreen
from inventory.choices import CostKey
from inventory.forms.purchasing import LateCostForm
from inventory.models import GoodsReceipt
from inventory.registers.purchasing import COSTS
from inventory.services import receipts
from inventory.views.verbs import ReasonForm, VerbScreen


class ReceiptList(ListScreen):
    template_name = "inventory/receipt_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, may_receive=policy.allows(self.user, "inventory.post_goods_receipt"))


class ReceiptCard(RecordScreen):
    """One receipt: what came, where it lies, what it cost."""

    template_name = "inventory/card.html"

    def badges(self) -> Iterator[SafeString]:
        if self._is_back:
            yield cells.tag(_("taken back"), "warn")
        else:
            yield cells.tag(self.record.get_status_display(), "ok")

    @property
    def _is_back(self) -> bool:
        lines = self.record.lines.filter(move__isnull=False)
        return lines.exists() and not lines.filter(move__reversed_by__isnull=True).exists()

    def subtitle(self) -> Iterator[SafeString | str]:
        order = self.record.order
        yield format_html('<a href="{}">{}</a>', reverse("inventory:purchase_card", args=[order.pk]), order.number)
        yield str(order.supplier)
        yield str(order.warehouse)

    def stats(self) -> list[Stat]:
        if not policy.allows(self.user, COSTS):
            return self.told_by_others()
        value = sum((line.value + line.landed_value for line in self.record.lines.all()), Decimal(0))
        return [Stat(_("Value with freight"), amounts.home_money(value)), *self.told_by_others()]

    def acts(self) -> list[Act]:
        receipt, may = self.record, self.register.may
        made = []
        if may(self.user, "inventory.add_late_cost", receipt):
            made.append(Act(_("Add a late cost"), "coins", reverse("inventory:receipt_cost", args=[receipt.pk])))
        if may(self.user, "inventory.reverse_move", receipt) and not self._is_back:
            made.append(Act(_("Take back"), "arrow-back-up", reverse("inventory:receipt_back", args=[receipt.pk])))
        return made


class _OfReceipt(VerbScreen):
    register_key = "inventory.receipt"
    record: GoodsReceipt
    sees = ("status", "landed_costs.label")

    def goal(self, done: Any) -> str:
        return reverse("inventory:receipt_card", args=[self.record.pk])


class LateCost(_OfReceipt):
    """A bill that came after the goods: shared over what is left and who used the rest; earlier days stay."""

    action = "inventory.add_late_cost"
    heading = gettext_lazy("Add a late cost")
    verb = gettext_lazy("Add")

    def form(self, data: Any = None) -> forms.Form:
        return LateCostForm(data, initial={"on": timezone.localdate(), "label": _("Freight")})

    def do(self, values: dict[str, Any], key: str) -> Any:
        today = timezone.localdate()
        noon = timezone.make_aware(datetime.combine(values["on"], time(12)))
        return receipts.add_late_cost(
            receipt_id=self.record.pk, label=values["label"], amount=values["amount"], by=self.user,
            cost_key=CostKey(values["cost_key"]), source_key=f"inventory.form_cost:{key}",
            at=timezone.now() if values["on"] == today else noon,
        )  # fmt: skip

    def said(self, done: Any) -> str:
        return _("The cost was added.")


class TakeBack(_OfReceipt):
    """A receipt that was posted by mistake goes back as a whole; its goods are expected again."""

    action = "inventory.reverse_move"
    heading = gettext_lazy("Take the receipt back")
    verb = gettext_lazy("Take back")

    def form(self, data: Any = None) -> forms.Form:
        return ReasonForm(data)

    def do(self, values: dict[str, Any], key: str) -> GoodsReceipt:
        return receipts.take_back_receipt(
            receipt_id=self.record.pk, at=timezone.now(), by=self.user, reason=values["reason"]
        )

    def said(self, done: Any) -> str:
        return _("The receipt was taken back.")
