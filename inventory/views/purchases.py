"""The card of a purchase order and what is done with it: place, mail, reschedule, call off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.errors import DomainError
from core.ui import amounts, cells, daywords, registers
from core.ui.lists import ListScreen
from core.ui.panels import Act, Stat
from core.ui.records import RecordScreen
from core.ui.screens import Signed
from core.ui.toasts import toast
from inventory.forms.purchasing import DueForm, PlaceForm
from inventory.models import PurchaseOrder, PurchaseOrderLine
from inventory.registers.purchasing import PURCHASE_TONES
from inventory.selectors.purchases import addresses_of
from inventory.services import purchasing
from inventory.views.verbs import ReasonForm, VerbScreen

COMING = ("ordered", "part_received")


class PurchaseList(ListScreen):
    template_name = "inventory/purchase_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, may_propose=policy.allows(self.user, "inventory.propose_purchases"))


class PurchaseCard(RecordScreen):
    """One order to a supplier."""

    template_name = "inventory/card.html"

    def badges(self) -> Iterator[SafeString]:
        order = self.record
        yield cells.tag(order.get_status_display(), PURCHASE_TONES.get(order.status, ""))
        if order.origin != "own":
            yield cells.tag(order.get_origin_display())

    def subtitle(self) -> Iterator[SafeString | str]:
        clients = registers.of(self.record.supplier.client)
        supplier = self.record.supplier
        if clients is not None and clients.may(self.user, clients.view_action, supplier.client):
            yield format_html('<a href="{}">{}</a>', clients.url_of(supplier.client), supplier)
        else:
            yield str(supplier)
        yield str(self.record.warehouse)

    def stats(self) -> list[Stat]:
        order, made = self.record, []
        if self.register.may_see(self.user, "net_amount"):
            made.append(Stat(_("Net"), amounts.exact_money(order.net_amount, order.currency_id)))
        for name in ("received", "due", "billed"):
            column = next(column for column in self.register.columns if column.name == name)
            value = column.batch([order.pk], self.user).get(order.pk) if column.batch else None
            if value not in (None, ""):
                made.append(Stat(column.label, cells.write(column, value)))
        return [*made, *self.told_by_others()]

    def acts(self) -> list[Act]:
        order, may = self.record, self.register.may
        made = []
        if order.status == "draft" and may(self.user, "inventory.place_purchase_order", order):
            made.append(Act(_("Place the order"), "mail", self._to("purchase_place"), primary=True))
        if order.status in COMING and order.origin == "own":
            if may(self.user, "inventory.place_purchase_order", order):
                made.append(Act(_("Mail again"), "mail", self._to("purchase_mail")))
            if may(self.user, "inventory.post_goods_receipt", order):
                made.append(Act(_("Receive"), "package-import", self._to("receipt_of"), primary=True))
        if order.status in ("draft", *COMING) and may(self.user, "inventory.cancel_purchase_order", order):
            made.append(Act(_("Call off"), "x", self._to("purchase_cancel")))
        return made

    def _to(self, name: str) -> str:
        return reverse(f"inventory:{name}", args=[self.record.pk])


class _OfPurchase(VerbScreen):
    register_key = "inventory.purchase"
    record: PurchaseOrder
    sees = ("status", "lines.qty")

    def goal(self, done: Any) -> str:
        return reverse("inventory:purchase_card", args=[self.record.pk])


class PurchasePlace(_OfPurchase):
    """A draft becomes an order; with an address it leaves by mail, with its paper."""

    action = "inventory.place_purchase_order"
    heading = gettext_lazy("Place the order")
    verb = gettext_lazy("Order")
    template_name = "inventory/purchase_place.html"

    def form(self, data: Any = None) -> forms.Form:
        known = addresses_of(self.record.supplier)
        made = PlaceForm(data, initial={"to": known[0] if known else "", "text": self._text()})
        made.fields["to"].widget.attrs["list"] = "addresses"
        return made

    def _text(self) -> str:
        text = _("Good day,\n\nplease find our purchase order %(number)s attached.\n\nKind regards\n%(name)s")
        return text % {"number": self.record.number, "name": str(self.user)}

    def about(self) -> Mapping[str, Any]:
        return {"order": self.record, "addresses": addresses_of(self.record.supplier)}

    def do(self, values: dict[str, Any], key: str) -> PurchaseOrder:
        order = purchasing.place_purchase_order(order_id=self.record.pk, at=timezone.now(), by=self.user)
        if values["to"]:
            purchasing.mail_purchase_order(
                order_id=order.pk, to=values["to"], text=values["text"], by=self.user, key=key
            )
        return order

    def said(self, done: Any) -> str:
        return _("%(number)s was ordered.") % {"number": self.record.number}


class PurchaseMail(PurchasePlace):
    """The order is placed; its paper goes out by mail once more."""

    heading = gettext_lazy("Mail the order again")
    verb = gettext_lazy("Send")
    sees = ("status",)

    def form(self, data: Any = None) -> forms.Form:
        made = super().form(data)
        made.fields["to"].required = True
        made.fields["to"].help_text = ""
        return made

    def do(self, values: dict[str, Any], key: str) -> Any:
        return purchasing.mail_purchase_order(
            order_id=self.record.pk, to=values["to"], text=values["text"], by=self.user, key=key
        )

    def said(self, done: Any) -> str:
        return _("The mail is being made.")


class PurchaseCancel(_OfPurchase):
    """Call an order off; those its goods were meant for are short again."""

    action = "inventory.cancel_purchase_order"
    heading = gettext_lazy("Call the order off")
    verb = gettext_lazy("Call off")

    def form(self, data: Any = None) -> forms.Form:
        return ReasonForm(data)

    def do(self, values: dict[str, Any], key: str) -> PurchaseOrder:
        return purchasing.cancel_purchase_order(
            order_id=self.record.pk, at=timezone.now(), by=self.user, reason=values["reason"]
        )

    def said(self, done: Any) -> str:
        return _("%(number)s was called off.") % {"number": self.record.number}


class LineDue(Signed):
    """POST from a line of the card: expect its goods on another day. Promises that rest on them follow."""

    action = "inventory.place_purchase_order"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user: Any = request.user
        orders = PurchaseOrder.objects.visible_to(user)
        line = get_object_or_404(PurchaseOrderLine.objects.filter(order__in=orders), pk=pk)
        form = DueForm(request.POST)
        if not form.is_valid():
            toast(request, " ".join(form.errors["due_on"]), level="bad")
        else:
            try:
                moved = purchasing.reschedule_line(line_id=line.pk, due_on=form.cleaned_data["due_on"], by=user)
                toast(request, _("Expected on %(day)s.") % {"day": daywords.day(moved.due_on)} if moved.due_on else "")
            except DomainError as refused:
                toast(request, refused, level="bad")
        return HttpResponseRedirect(reverse("inventory:purchase_card", args=[line.order_id]))
