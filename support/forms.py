"""Forms of visits and complaints."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.ui.fields import AmountField
from core.ui.forms import Group, RecordForm
from inventory.models import Item
from sales.models import SalesOrder
from support.choices import TicketDecision
from support.fields import ManyFilesField, SlotField
from support.models import InstallationVisit, Ticket
from support.selectors.visits import INSTALLABLE

OUTCOMES = (
    ("all", _("Yes, all of it")),
    ("part", _("Partly, something is left")),
    ("none", _("No, we could not install")),
)
LEAST_PHOTOS = 3
PART = "part_"


class VisitForm(RecordForm):
    """A visit's plan. A new one is of an order; later the order stays."""

    slot = SlotField(label=_("When"), required=False)
    groups = (
        Group(_("Who and when"), ("order", "crew", "slot")),
        Group(_("Where"), ("address", "contact")),
        Group(_("What it costs"), ("fee",)),
    )

    class Meta:
        model = InstallationVisit
        fields = ("crew", "slot", "address", "contact", "fee")
        widgets = {"address": forms.Textarea(attrs={"rows": 3})}

    def extra_fields(self) -> dict[str, forms.Field]:
        if self.record is not None:
            return {}
        orders = SalesOrder.objects.visible_to(self.user).filter(INSTALLABLE).order_by("-pk")
        return {"order": forms.ModelChoiceField(queryset=orders, label=_("Order"))}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "fee" in self.fields and self.record is None:
            # Without a figure the estimated cost of the installation is taken.
            self.fields["fee"].required, self.fields["fee"].initial = False, None


class TicketForm(RecordForm):
    groups = (
        Group(_("Whose complaint"), ("client", "order")),
        Group(_("What is wrong"), ("subject", "description", "severity", "owner")),
    )

    class Meta:
        model = Ticket
        fields = ("subject", "client", "order", "description", "severity", "owner", "cause")
        widgets = {"description": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.record is not None:
            self.fields.pop("client", None)
        else:
            self.fields.pop("cause", None)
            if "client" in self.fields:
                self.fields["client"].required = False
        orders = self.fields.get("order")
        if isinstance(orders, forms.ModelChoiceField):
            mine = Q(client=self.record.client_id) if self.record is not None else Q()
            orders.queryset = SalesOrder.objects.visible_to(self.user).filter(mine).exclude(status="draft")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "client" in self.fields and not data.get("client") and not data.get("order") and not self.errors:
            self.add_error("client", _("Name a client or an order."))
        return data


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("What was the client asked?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why could it not be installed?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class ResolveForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("What is done about it?"), choices=TicketDecision.choices, widget=forms.RadioSelect
    )
    cause = forms.CharField(label=_("What was the cause?"), max_length=200, required=False)
    cost = AmountField(
        label=_("What it costs us"), required=False, min_value=Decimal(0), max_digits=16, decimal_places=2
    )

    def __init__(self, *args: Any, may_see_costs: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_see_costs:
            del self.fields["cost"]


class LinkForm(forms.Form):
    days = forms.IntegerField(label=_("Opens for so many days"), min_value=1, max_value=60, initial=14)
    mail_to = forms.EmailField(label=_("Send it to this e-mail"), required=False)


def _words(label: Any, *, most: int = 2000) -> forms.CharField:
    """A few sentences that need not be there."""
    return forms.CharField(label=label, max_length=most, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class ReportForm(forms.Form):
    """What a crew reports. On the phone it says first how far it came; a user in the office reports what was done.

    `sent_ahead` names pictures that came before; `signature` is one of them or a file.
    """

    outcome = forms.ChoiceField(label=_("Is everything installed?"), choices=OUTCOMES, widget=forms.RadioSelect)
    left = _words(_("What is left?"))
    reason = _words(_("Why could it not be installed?"))
    remark = _words(_("Remark"))
    serials = _words(_("Serial numbers"), most=1000)
    hours = forms.DecimalField(
        label=_("Hours on site, all of you together"), min_value=0, max_value=1000, max_digits=6, decimal_places=2,
        required=False,
    )  # fmt: skip
    signed_by = forms.CharField(label=_("Name of who signs"), max_length=120, required=False)
    signed_on_paper = forms.BooleanField(label=_("Signed on paper instead"), required=False)
    photos = ManyFilesField(label=_("Photos"), required=False)
    signature = forms.FileField(label=_("Picture of the signature"), required=False)

    def __init__(self, *args: Any, items: Sequence[Item], least_photos: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items, self.least_photos = items, least_photos
        self.sent_ahead = tuple(dict.fromkeys(self.data.getlist("sent_ahead"))) if self.is_bound else ()
        self.photos_ahead = len([key for key in self.sent_ahead if not key.startswith("signature")])
        for item in items:
            self.fields[f"{PART}{item.pk}"] = forms.DecimalField(
                label=item.name, min_value=0, max_digits=12, decimal_places=4, required=False,
                widget=forms.NumberInput(attrs={"class": "form-control"}),
            )  # fmt: skip

    @property
    def part_fields(self) -> list[tuple[Item, Any]]:
        return [(item, self[f"{PART}{item.pk}"]) for item in self.items]

    @property
    def parts(self) -> dict[int, Decimal]:
        wanted = {item.pk: self.cleaned_data.get(f"{PART}{item.pk}") for item in self.items}
        return {pk: qty for pk, qty in wanted.items() if qty}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        outcome = data.get("outcome")
        if outcome == "none" and not data.get("reason", "").strip():
            self.add_error("reason", _("Say why it could not be installed."))
        if outcome == "part" and not data.get("left", "").strip():
            self.add_error("left", _("Say what is left to do."))
        if outcome in ("all", "part"):
            self._check_proof(data)
        return data

    def _check_proof(self, data: dict[str, Any]) -> None:
        if len(data.get("photos") or []) + self.photos_ahead < self.least_photos:
            self.add_error("photos", _("Add at least %(count)d photos.") % {"count": self.least_photos})
        is_drawn = data.get("signature") or any(key.startswith("signature") for key in self.sent_ahead)
        if not data.get("signed_by", "").strip():
            self.add_error("signed_by", _("Write the name of the person who signs."))
        if not is_drawn and not data.get("signed_on_paper"):
            self.add_error("signature", _("The client signs here, or on paper."))
