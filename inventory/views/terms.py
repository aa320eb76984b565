"""Supplier terms of an item: price, pack, minimum, lead time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.quantities import NOTHING
from inventory.forms.purchasing import TermsForm
from inventory.models import Item, SupplierItem
from inventory.services.items import set_supplier_terms
from inventory.views.verbs import VerbScreen


class SetTerms(VerbScreen):
    """At which terms a supplier sells an item; his earlier ones are replaced, the history keeps them."""

    action = "inventory.manage_items"
    register_key = "inventory.item"
    heading = gettext_lazy("Supplier terms")
    record: Item

    def form(self, data: Any = None) -> forms.Form:
        first = SupplierItem.objects.filter(item=self.record).order_by("rank").first()
        return TermsForm(data, initial={"currency": first.currency_id if first else None, "lead_days": 5})

    def do(self, values: dict[str, Any], key: str) -> SupplierItem:
        return set_supplier_terms(
            supplier_id=values["supplier"].pk, item_id=self.record.pk, price=values["price"] or Decimal(0),
            currency_id=values["currency"].code, pack_qty=values["pack_qty"] or NOTHING, moq=values["moq"] or NOTHING,
            lead_days=values["lead_days"], rank=values["rank"], by=self.user,
        )  # fmt: skip

    def goal(self, done: Any) -> str:
        return reverse("inventory:item_card", args=[self.record.pk])

    def said(self, done: Any) -> str:
        return _("The terms were saved.")
