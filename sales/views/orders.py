"""The list and card of an order, and what is done with it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import policy
from core.ui import amounts, cells, daywords
from core.ui.lists import ListScreen, Total
from core.ui.records import Act, RecordScreen, Stat
from crm.models import Client
from sales.choices import OrderStatus
from sales.models import OrderLine, SalesOrder
from sales.registers.orders import TONES
from sales.relations import steps_of
from sales.selectors.confirming import credit_of, shortages
from sales.selectors.orders import is_goods, lines_of
from sales.selectors.progress import parts_of
from sales.services import clients_answers, confirming, orders
from sales.services.lines import day_of
from sales.views.steps import NoQuestion, Step, Verb

OPEN = (OrderStatus.CONFIRMED, OrderStatus.IN_PROGRESS)


class OrderList(ListScreen):
    totals = (Total(gettext_lazy("Net"), Sum("net_amount")),)


class OrderCard(RecordScreen):
    template_name = "sales/order_card.html"

    @cached_property
    def lines(self) -> list[OrderLine]:
        return lines_of(self.record)

    @cached_property
    def steps(self) -> list[Any]:
        return steps_of(self.record)

    def badges(self) -> Iterator[SafeString]:
        order = self.record
        yield cells.tag(order.get_status_display(), TONES.get(order.status, ""))
        if order.status in OPEN and order.promised_on and order.promised_on < timezone.localdate():
            yield cells.tag(_("Late"), "bad")

    def subtitle(self) -> Iterator[SafeString | str]:
        order = self.record
        if policy.allows(self.user, "crm.view_client", order.client):
            yield format_html('<a href="{}">{}</a>', reverse("crm:client_card", args=[order.client_id]), order.client)
        else:
            yield order.client.name
        if order.quote_id and policy.allows(self.user, "sales.view_quote"):
            yield format_html('<a href="{}">{}</a>', reverse("sales:quote_card", args=[order.quote_id]), _("Its quote"))
        if order.owner:
            yield format_html("{} {}", cells.avatar(str(order.owner)), order.owner)

    def stats(self) -> list[Stat]:
        order = self.record
        goods = [line for line in self.lines if is_goods(line)]
        shipped = sum(line.shipped_qty >= line.qty for line in goods)
        first = order.first_promised_on
        moved = first and order.promised_on and first != order.promised_on
        return [
            Stat(_("Net"), amounts.exact_money(order.net_amount, order.currency_id)),
            Stat(_("Tax"), amounts.exact_money(order.tax_amount, order.currency_id)),
            Stat(_("Total"), amounts.exact_money(order.gross_amount, order.currency_id)),
            Stat(
                _("Promised for"),
                daywords.day(order.promised_on) if order.promised_on else "–",
                _("first {day}").format(day=daywords.day(first)) if moved and first else "",
                "bad" if moved else "",
            ),
            Stat(
                _("Shipped"),
                ngettext("{done} of {all} line", "{done} of {all} lines", len(goods)).format(
                    done=shipped, all=len(goods)
                ),
            ),
            *self.told_by_others(),
        ]

    def acts(self) -> list[Act]:
        order, user = self.record, self.user
        may = lambda action: policy.allows(user, action, order)  # noqa: E731 - short and used often
        made: list[Act] = []
        if order.status == OrderStatus.DRAFT and may("sales.create_order"):
            made.append(Act(_("Edit the lines"), "edit", self._at("order_edit_lines")))
        if order.status == OrderStatus.DRAFT and may("sales.confirm_order"):
            made.append(Act(_("Confirm"), "check", self._at("order_confirm"), primary=True))
        waits = order.status in OPEN and any(is_goods(line) and line.shipped_qty < line.qty for line in self.lines)
        if waits and may("sales.ship_order"):
            made.append(Act(_("Ship"), "truck-delivery", self._at("order_ship"), primary=True))
        untouched = not any(line.shipped_qty or line.invoiced_qty for line in self.lines)
        if order.status in (OrderStatus.DRAFT, *OPEN) and untouched and may("sales.cancel_order"):
            made.append(Act(_("Cancel the order"), "x", self._at("order_cancel")))
        return made

    def _at(self, page: str) -> str:
        return reverse(f"sales:{page}", args=[self.record.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        parts = parts_of(self.record, self.lines, self.steps)
        return super().get_context_data(parts=parts, steps=self.steps, **kwargs)


class OfOrder(Step):
    record: SalesOrder
    sees = ("status", "lines.shipped_qty")


class ConfirmOrder(OfOrder):
    right, form_class, sees = "sales.confirm_order", NoQuestion, ("status", "gross_amount")
    heading, verb = gettext_lazy("Confirm the order"), gettext_lazy("Confirm")
    lead = gettext_lazy("Its prices are fixed and its goods set aside; what is short is bought or made.")
    template = "sales/order_confirm.html"

    def take(self, data: dict[str, Any], key: str) -> Any:
        return confirming.confirm_order(order_id=self.record.pk, at=timezone.now(), by=self.user)

    def told(self, made: SalesOrder) -> str:
        return _("Order {number} is confirmed.").format(number=made.number)

    def context(self) -> dict[str, Any]:
        order = self.record
        lines = lines_of(order)
        on = day_of(timezone.now(), order.organization)
        sees_credit = policy.allows(self.user, "crm.view_credit")
        return {
            "order": order,
            "lines": lines,
            "credit": credit_of(order, on) if sees_credit else None,
            "short": shortages(order, lines),
            "is_draft": order.status == OrderStatus.DRAFT,
            "blocked": Client.objects.filter(pk=order.client_id, status="blocked").exists(),
        }


class CancelForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why is it called off?"), max_length=300)


class CancelOrder(OfOrder):
    right, form_class = "sales.cancel_order", CancelForm
    heading, verb = gettext_lazy("Cancel the order"), gettext_lazy("Cancel the order")
    lead = gettext_lazy("What was set aside is free again and its open tasks end. The reason is kept.")
    done = gettext_lazy("The order is cancelled.")

    def take(self, data: dict[str, Any], key: str) -> Any:
        return orders.cancel_order(order_id=self.record.pk, reason=data["reason"], at=timezone.now(), by=self.user)


class OpenOrderPage(Verb):
    """POST: open the page on which the client follows the order."""

    right = "sales.change_order"
    heading, done = gettext_lazy("Open the client's page"), gettext_lazy("The client's page is open.")

    def take(self, data: dict[str, Any], key: str) -> Any:
        return clients_answers.open_order_page(order_id=self.record.pk, at=timezone.now(), by=self.user)


class CloseOrderPage(OpenOrderPage):
    """POST: withdraw it."""

    heading, done = gettext_lazy("Close the client's page"), gettext_lazy("The client's page is closed.")

    def take(self, data: dict[str, Any], key: str) -> Any:
        return clients_answers.close_order_page(order_id=self.record.pk, at=timezone.now(), by=self.user)
