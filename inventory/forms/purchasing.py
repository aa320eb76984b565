"""Forms of purchase orders and receipts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import Currency
from core.ui.fields import AmountField, DayField
from crm.models import LegalEntity
from inventory.choices import CostKey
from inventory.forms.stock import SMALLEST

CENT = Decimal("0.01")


class PlaceForm(forms.Form):
    """Order from the supplier, with the paper by mail where an address is given."""

    to = forms.EmailField(
        label=gettext_lazy("Mail the order to"),
        required=False,
        help_text=gettext_lazy("Leave it empty when the supplier hears of it in another way."),
    )
    text = forms.CharField(
        label=gettext_lazy("Text of the mail"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("to") and not given.get("text", "").strip():
            self.add_error("text", ValidationError(_("Write a line to go with the order.")))
        return given


class DueForm(forms.Form):
    """The day a line's goods are expected."""

    due_on = DayField(label=gettext_lazy("Expected on"))


class LateCostForm(forms.Form):
    """A bill that came after the goods: freight, customs, a surcharge."""

    label = forms.CharField(label=gettext_lazy("What"), max_length=80)
    amount = AmountField(label=gettext_lazy("Amount"), min_value=CENT, max_digits=18, decimal_places=2)
    cost_key = forms.ChoiceField(label=gettext_lazy("Shared by"), choices=CostKey.choices, initial=CostKey.VALUE)
    on = DayField(label=gettext_lazy("Day of the bill"))


class TermsForm(forms.Form):
    """At which terms a supplier sells an item."""

    supplier = forms.ModelChoiceField(label=gettext_lazy("Supplier"), queryset=LegalEntity.objects.none())
    price = AmountField(label=gettext_lazy("Price for one"), min_value=Decimal(0), max_digits=18, decimal_places=6)
    currency = forms.ModelChoiceField(label=gettext_lazy("Currency"), queryset=Currency.objects.order_by("code"))
    pack_qty = AmountField(label=gettext_lazy("Pack"), required=False, min_value=Decimal(0), decimal_places=4)
    moq = AmountField(label=gettext_lazy("Minimum order"), required=False, min_value=Decimal(0), decimal_places=4)
    lead_days = forms.IntegerField(label=gettext_lazy("Lead time, working days"), min_value=0, max_value=365)
    rank = forms.IntegerField(
        label=gettext_lazy("Rank"), min_value=1, max_value=99, initial=1, help_text=gettext_lazy("1 is asked first.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = LegalEntity.objects.filter(client__is_supplier=True, client__binned_at=None)
        self.fields["supplier"].queryset = rows.order_by("legal_name")  # type: ignore[attr-defined]


class CountForm(forms.Form):
    """What is to be counted."""

    warehouse = forms.ModelChoiceField(label=gettext_lazy("Warehouse"), queryset=None)
    location = forms.ModelChoiceField(label=gettext_lazy("Only this place"), queryset=None, required=False)
    category = forms.ModelChoiceField(label=gettext_lazy("Only this category"), queryset=None, required=False)
    is_blind = forms.BooleanField(
        label=gettext_lazy("Hide what is expected while counting"), required=False, initial=True
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        from inventory.forms.stock import PlaceField, places_for
        from inventory.models import ItemCategory, Warehouse

        super().__init__(*args, **kwargs)
        warehouses = Warehouse.objects.visible_to(user, "inventory.count_stock").filter(is_active=True)
        self.fields["warehouse"].queryset = warehouses.order_by("name")  # type: ignore[attr-defined]
        self.fields["location"] = PlaceField(
            label=gettext_lazy("Only this place"), required=False, queryset=places_for(user, "inventory.count_stock")
        )
        self.fields["category"].queryset = ItemCategory.objects.order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        place, warehouse = given.get("location"), given.get("warehouse")
        if place is not None and warehouse is not None and place.warehouse_id != warehouse.pk:
            self.add_error("location", ValidationError(_("This place lies in another warehouse.")))
        return given


class FoundForm(forms.Form):
    """Goods found where none were expected."""

    item = forms.CharField(label=gettext_lazy("Item"), max_length=40)
    lot = forms.CharField(label=gettext_lazy("Lot or serial number"), max_length=60, required=False)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=40)
    qty = AmountField(label=gettext_lazy("Found"), min_value=SMALLEST, max_digits=18, decimal_places=4)
