"""What the screens of production ask: small questions of a card, and the form of a work centre."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.ui import registers
from core.ui.fields import AmountField, DayField, RecordField
from core.ui.forms import RecordForm
from core.ui.moments import MomentField
from inventory.models import Warehouse
from production.models import ScrapReason, WorkCenter
from production.selectors.made_here import items_made_here
from production.selectors.materials import Material

QTY = {"max_digits": 18, "decimal_places": 4}


class CenterForm(RecordForm):
    class Meta:
        model = WorkCenter
        fields = ("name", "code", "branch", "calendar", "capacity", "rate_per_hour", "is_active")


class StockWorkForm(forms.Form):
    """What is made for stock, how much of it, when and where it is needed."""

    item = forms.ModelChoiceField(queryset=None)
    qty = AmountField(label=_("Quantity"), min_value=Decimal("0.0001"), **QTY)
    due_on = DayField(
        label=_("Needed on"),
        required=False,
        help_text=_("Work gets the next free time; the day says what comes first."),
    )
    warehouse = forms.ModelChoiceField(label=_("Into warehouse"), queryset=Warehouse.objects.none())

    def __init__(self, *args: Any, user: Any, center: WorkCenter | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrowed = f"?center={center.pk}" if center is not None else ""
        self.fields["item"] = RecordField(
            registers.by_key("inventory.item"),
            user,
            label=_("Item"),
            help_text=(
                _("Items that are made here.")
                if center is None
                else format_lazy(_("Items whose recipe passes {center}."), center=center.name)
            ),
            rows=items_made_here(user, center.pk if center is not None else None),
            offers=reverse("production:made_items") + narrowed,
        )
        warehouses = Warehouse.objects.visible_to(user, "production.make_for_stock").filter(is_active=True)
        field: Any = self.fields["warehouse"]
        field.queryset = warehouses.order_by("name", "pk")
        only = list(field.queryset[:2])
        if len(only) == 1:
            field.initial = only[0].pk


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why?"), max_length=200)


class IssueForm(forms.Form):
    """How much of each component is taken; what is still needed stands there already."""

    def __init__(self, *args: Any, materials: list[Material], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items: dict[str, int] = {}
        for row in materials:
            name = f"item_{row.item_id}"
            if name in self.items:
                continue
            self.items[name] = row.item_id
            same = [other for other in materials if other.item_id == row.item_id]
            left = sum((other.open for other in same), Decimal(0))
            self.fields[name] = AmountField(
                label=f"{row.sku} {row.name}, {row.unit}", min_value=0, required=False, initial=left.normalize(), **QTY
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not any(data.values()):
            raise forms.ValidationError(_("Say of at least one how much is taken."))
        return data

    def qtys(self) -> dict[int, Decimal]:
        taken = {item: self.cleaned_data.get(name) or Decimal(0) for name, item in self.items.items()}
        return {item: qty for item, qty in taken.items() if qty}


class TimeForm(forms.Form):
    minutes = AmountField(label=_("Minutes"), min_value=0, max_digits=12, decimal_places=2)
    finished = forms.BooleanField(label=_("The operation is done"), required=False, initial=True)

    def __init__(self, *args: Any, operations: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(row.pk), f"{row.sequence} {row.name or row.center.name}") for row in operations]
        field = forms.ChoiceField(label=_("Operation"), choices=choices)
        self.fields = {"operation": field, **self.fields}


class OutputForm(forms.Form):
    qty = AmountField(label=_("Good pieces"), min_value=0, **QTY)
    scrap_qty = AmountField(label=_("Scrap"), min_value=0, required=False, **QTY)


class CountForm(forms.Form):
    """Pieces counted at the machine."""

    good = forms.DecimalField(min_value=0, required=False, **QTY)
    scrap = forms.DecimalField(min_value=0, required=False, **QTY)
    reason = forms.ModelChoiceField(queryset=ScrapReason.objects.order_by("name"), required=False)


class BlockForm(forms.Form):
    """Time taken from a work centre."""

    starts_at = MomentField(label=_("From"))
    ends_at = MomentField(label=_("Until"))
    reason = forms.CharField(label=_("Reason"), max_length=120)

    def __init__(self, *args: Any, capacity: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if capacity > 1:
            lanes = [("", _("All of it")), *((str(number), str(number)) for number in range(1, capacity + 1))]
            self.fields["lane"] = forms.ChoiceField(label=_("Place"), choices=lanes, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("starts_at") and data.get("ends_at") and data["ends_at"] <= data["starts_at"]:
            self.add_error("ends_at", _("The end lies after the beginning."))
        data["lane"] = int(data["lane"]) if data.get("lane") else None
        return data


class PinForm(forms.Form):
    """A PIN, typed twice; it is never shown again."""

    pin = forms.CharField(
        label=_("New PIN"), max_length=8, help_text=_("4 to 8 digits, not all alike and not in a row."),
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("The same PIN again"), max_length=8,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "new-password"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("pin") and data.get("again") and data["pin"] != data["again"]:
            self.add_error("again", _("The two PINs differ."))
        return data


class BadgeForm(forms.Form):
    """The code of a card that somebody has; it is never shown again."""

    code = forms.CharField(
        label=_("Number of the card"), max_length=60, help_text=_("Scan it, or type the number below its bars."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
