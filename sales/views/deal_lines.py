"""What a deal is about, item by item: its lines, and the question to production what they would cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.ui import registers
from core.ui.fields import AmountField, DayField, RecordField
from sales.models import Deal
from sales.services.deal_lines import plan_lines
from sales.services.estimates import request_estimate
from sales.services.lines import LineDraft
from sales.views.of_deal import OfDeal

SPARE = 3
MOST = 200


class LineRow(forms.Form):
    """One line; a row without an item is left out."""

    qty = AmountField(label=gettext_lazy("Quantity"), max_digits=18, decimal_places=4, min_value=0, required=False)
    unit_price = AmountField(label=gettext_lazy("Price"), max_digits=18, decimal_places=6, min_value=0, required=False)
    discount_pct = AmountField(
        label=gettext_lazy("Discount, %"), max_digits=7, decimal_places=4, min_value=0, max_value=100, required=False
    )
    text = forms.CharField(label=gettext_lazy("Description"), max_length=300, required=False)

    def __init__(self, *args: Any, user: Any, only: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        item = RecordField(registers.by_key("inventory.item"), user, label=_("Item"), required=False)
        item.chosen_id = (self.initial or {}).get("item")  # type: ignore[attr-defined]
        item.widget.creates = False  # type: ignore[attr-defined]
        self.fields = {"item": item, **self.fields}
        for name in [name for name in self.fields if only and name not in only]:
            del self.fields[name]
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("item") and not data.get("qty"):
            self.add_error("qty", _("A quantity above zero is needed."))
        return data

    @property
    def is_used(self) -> bool:
        return bool(self.cleaned_data.get("item"))


class LinesForm(forms.Form):
    """Rows of lines, as many as were sent, and some spare ones. Behaves like one form."""

    only: tuple[str, ...] = ()

    def __init__(self, data: Any = None, *, user: Any, lines: list[dict[str, Any]]) -> None:
        super().__init__(data)
        count = int(data.get("rows", 0)) if data and str(data.get("rows", "")).isdigit() else len(lines) + SPARE
        self.rows = [
            LineRow(
                data, prefix=f"r{number}", user=user, only=self.only,
                initial=lines[number] if number < len(lines) else None,
            )
            for number in range(min(count, MOST))
        ]  # fmt: skip

    def is_valid(self) -> bool:
        rows = [row.is_valid() for row in self.rows]
        return super().is_valid() and all(rows)

    @property
    def used(self) -> list[dict[str, Any]]:
        return [row.cleaned_data for row in self.rows if row.is_used]


class EstimateForm(LinesForm):
    only = ("item", "qty")
    due_on = DayField(label=gettext_lazy("Answer wanted by"), required=False)


def lines_of(deal: Deal) -> list[dict[str, Any]]:
    rows = deal.lines.order_by("position")
    return [
        {
            "item": row.item_id, "qty": row.qty.normalize(), "unit_price": row.unit_price.normalize(),
            "discount_pct": row.discount_pct.normalize() or None, "text": row.text,
        }
        for row in rows
    ]  # fmt: skip


class EditLines(OfDeal):
    heading = gettext_lazy("Lines of the deal")
    done = gettext_lazy("The lines are kept; their sum is the amount of the deal.")
    template = "sales/deal_lines.html"
    sees = ("amount",)

    def form(self, data: Any = None) -> forms.Form:
        return LinesForm(data, user=self.user, lines=lines_of(self.record))

    def keep(self, data: dict[str, Any]) -> Any:
        drafts = [
            LineDraft(
                item_id=line["item"].pk, qty=line["qty"], unit_price=line["unit_price"],
                discount_pct=line["discount_pct"] or Decimal(0), text=line["text"],
            )
            for line in self.sent.used
        ]  # fmt: skip
        return plan_lines(deal_id=self.record.pk, lines=drafts, at=timezone.now(), by=self.user)

    @property
    def sent(self) -> Any:
        form = self.form(self.request.POST)
        form.is_valid()
        return form

    def context(self) -> dict[str, Any]:
        return {"with_prices": True, "is_wide": True}


class AskEstimate(EditLines):
    right = "sales.request_estimate"
    heading = gettext_lazy("Ask production for an estimate")
    verb = gettext_lazy("Ask")
    done = gettext_lazy("Production was asked. The answer comes to this card.")

    def form(self, data: Any = None) -> forms.Form:
        return EstimateForm(data, user=self.user, lines=lines_of(self.record))

    def keep(self, data: dict[str, Any]) -> Any:
        lines = [(line["item"].pk, line["qty"]) for line in self.sent.used]
        return request_estimate(
            deal_id=self.record.pk, lines=lines, due_on=data.get("due_on"), at=timezone.now(), by=self.user
        )

    def context(self) -> dict[str, Any]:
        return {"with_prices": False, "is_wide": True}
