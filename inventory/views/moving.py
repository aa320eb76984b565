"""Goods change their place, break, get lost or turn up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.forms.stock import AdjustForm, TransferForm
from inventory.models import StockMove
from inventory.services.adjusting import put_in, write_off
from inventory.services.moves import Shift, transfer_goods
from inventory.views.verbs import VerbScreen


class _OnStock(VerbScreen):
    def crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Stock"), reverse("inventory:stock_list"))]

    def goal(self, done: Any) -> str:
        return reverse("inventory:move_card", args=[done])

    def known(self) -> dict[str, Any]:
        """What a link to this page has filled in already."""
        return {name: self.request.GET[name] for name in ("item", "source", "place", "lot") if name in self.request.GET}


class Transfer(_OnStock):
    """From one place to another, in the same warehouse or into another one."""

    action = "inventory.move_goods"
    heading = gettext_lazy("Move goods")
    verb = gettext_lazy("Move")

    def form(self, data: Any = None) -> forms.Form:
        return TransferForm(data, user=self.user, initial=self.known())

    def do(self, values: dict[str, Any], key: str) -> StockMove:
        source, target = values["source"], values["target"]
        shift = Shift(
            item_id=values["item"].pk, qty=values["qty"], source_key=f"inventory.transfer:{key}",
            from_warehouse_id=source.warehouse_id, from_location_id=source.pk,
            to_warehouse_id=target.warehouse_id, to_location_id=target.pk,
            lot_id=values["lot"].pk if values["lot"] else None, document=values["note"],
        )  # fmt: skip
        moved = transfer_goods(shifts=[shift], at=timezone.now(), by=self.user, branch_id=source.warehouse.branch_id)
        return moved[0][0]

    def said(self, done: Any) -> str:
        return _("The goods were moved.")


class Adjust(_OnStock):
    """Out of stock because it broke or is lost, or into stock because it turned up; always for a reason."""

    action = "inventory.adjust_stock"
    heading = gettext_lazy("Write off or put in")
    verb = gettext_lazy("Post")

    def form(self, data: Any = None) -> forms.Form:
        return AdjustForm(data, user=self.user, initial=self.known())

    def do(self, values: dict[str, Any], key: str) -> StockMove:
        act = write_off if values["direction"] == AdjustForm.OUT else put_in
        return act(
            item_id=values["item"].pk, location_id=values["place"].pk, qty=values["qty"], reason=values["reason"],
            lot_id=values["lot"].pk if values["lot"] else None, at=timezone.now(), by=self.user, key=key,
        )  # fmt: skip

    def said(self, done: Any) -> str:
        return _("The stock was adjusted.")
