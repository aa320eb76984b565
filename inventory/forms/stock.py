"""Forms that move goods: to another place, out of stock, or into it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.ui import registers
from core.ui.fields import AmountField, RecordField
from inventory.models import Location, Lot, Warehouse
from inventory.models.places import INSIDE

SMALLEST = Decimal("0.0001")


class PlaceField(forms.ModelChoiceField):
    """A place in a warehouse, named with its warehouse."""

    def label_from_instance(self, obj: Any) -> str:
        name = f", {obj.name}" if obj.name and obj.name != obj.code else ""
        return f"{obj.warehouse}: {obj.code}{name}"


def places_for(user: Any, action: str) -> Any:
    """The places in use of the warehouses where the user may do something."""
    rows = Location.objects.filter(kind__in=INSIDE, is_active=True)
    allowed = Warehouse.objects.visible_to(user, action).filter(is_active=True)
    return rows.filter(warehouse__in=allowed).select_related("warehouse").order_by("warehouse__name", "code")


class GoodsForm(forms.Form):
    """So much of an item, of a lot where it is tracked."""

    item = forms.ModelChoiceField(queryset=None)
    qty = AmountField(label=gettext_lazy("Quantity"), min_value=SMALLEST, max_digits=18, decimal_places=4)
    lot = forms.CharField(label=gettext_lazy("Lot or serial number"), max_length=60, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["item"] = RecordField(registers.by_key("inventory.item"), user, label=gettext_lazy("Item"))

    def clean_lot(self) -> Lot | None:
        code, item = self.cleaned_data.get("lot", "").strip(), self.cleaned_data.get("item")
        if not code or item is None:
            return None
        lot = Lot.objects.filter(item=item, code=code).first()
        if lot is None:
            raise ValidationError(_("%(item)s has no lot %(lot)s.") % {"item": item.sku, "lot": code})
        return lot

    @property
    def lot_id(self) -> int | None:
        lot = self.cleaned_data.get("lot")
        return lot.pk if lot else None


class TransferForm(GoodsForm):
    source = PlaceField(label=gettext_lazy("From"), queryset=Location.objects.none())
    target = PlaceField(label=gettext_lazy("To"), queryset=Location.objects.none())
    note = forms.CharField(label=gettext_lazy("Note"), max_length=60, required=False)
    field_order = ("item", "lot", "qty", "source", "target", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("source", "target"):
            self.fields[name].queryset = places_for(self.user, "inventory.move_goods")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("source") and given.get("source") == given.get("target"):
            self.add_error("target", _("The goods lie there already."))
        return given


class AdjustForm(GoodsForm):
    OUT, IN = "out", "in"

    direction = forms.ChoiceField(
        label=gettext_lazy("What happened"),
        choices=[(OUT, gettext_lazy("Goods are spoiled or lost")), (IN, gettext_lazy("Goods turned up"))],
        widget=forms.RadioSelect,
        initial=OUT,
    )
    place = PlaceField(label=gettext_lazy("Place"), queryset=Location.objects.none())
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=60)
    field_order = ("direction", "item", "lot", "qty", "place", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places_for(self.user, "inventory.adjust_stock")  # type: ignore[attr-defined]
