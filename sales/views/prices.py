"""Prices of a list: set and taken out, and the answer to who wins for a buyer and an item."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from core.ui.access import Guarded
from core.ui.fields import AmountField, DayField, RecordField
from core.ui.registers import by_key
from core.ui.toasts import toast
from crm.models import Client, LegalEntity
from inventory.models import ItemCategory
from sales.models import PriceRule
from sales.selectors.prices import winning_prices
from sales.services import pricing
from sales.views.shown_lines import told_price
from sales.views.steps import Step


class PriceForm(forms.Form):
    """A price of an item, or a percentage off the general price for an item, a category or everything."""

    category = forms.ModelChoiceField(
        queryset=ItemCategory.objects.order_by("name"), label=gettext_lazy("Or a category"), required=False
    )
    price = AmountField(
        label=gettext_lazy("Price"), max_digits=18, decimal_places=6, min_value=Decimal(0), required=False
    )
    percent_off = AmountField(
        label=gettext_lazy("Or % off the general price"), max_digits=7, decimal_places=4, min_value=Decimal(0),
        max_value=Decimal(100), required=False,
    )  # fmt: skip
    min_qty = AmountField(
        label=gettext_lazy("From quantity"), max_digits=18, decimal_places=6, min_value=Decimal(0), required=False
    )
    since = DayField(label=gettext_lazy("Valid from"), required=False)
    until = DayField(label=gettext_lazy("Valid until, that day included"), required=False)

    def __init__(self, data: Any = None, *, user: Any) -> None:
        super().__init__(data)
        item = RecordField(by_key("inventory.item"), user, label=_("Item"), required=False)
        self.fields = {"item": item, **self.fields}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        price, percent_off, item = data.get("price"), data.get("percent_off"), data.get("item")
        if (price is None) == (percent_off is None):
            self.add_error("price", _("Write either a price or a percentage."))
        if price is not None and item is None:
            self.add_error("item", _("A price is that of one item."))
        if item is not None and data.get("category") is not None:
            self.add_error("category", _("Choose an item or a category, not both."))
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("It ends before it begins."))
        return data


class SetPrice(Step):
    sees = ()
    right = "sales.set_up_prices"
    heading = verb = gettext_lazy("Set a price")
    lead = gettext_lazy("The same item, quantity and period again replaces the price.")
    done = gettext_lazy("The price is set.")
    template = "sales/price_set.html"

    def form(self, data: Any = None) -> forms.Form:
        return PriceForm(data, user=self.user)

    def take(self, data: dict[str, Any], key: str) -> Any:
        since, until = data["since"], data["until"]
        valid = (since, until + timedelta(days=1) if until else None) if since or until else None
        return pricing.set_price(
            price_list_id=self.record.pk,
            item_id=data["item"].pk if data["item"] else None,
            category_id=data["category"].pk if data["category"] else None,
            price=data["price"],
            percent_off=data["percent_off"],
            min_qty=data["min_qty"] or Decimal(0),
            valid=valid,
            by=self.user,
        )


class RemovePrice(Guarded, View):
    action = "sales.set_up_prices"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        rule = PriceRule.objects.filter(pk=pk).first()
        pricing.remove_price(rule_id=pk, by=request.user)  # type: ignore[arg-type]
        toast(request, _("The price is taken out."))
        register = by_key("sales.pricelist")
        return HttpResponseRedirect(register.url("card", rule.price_list_id) if rule else register.url("list"))


class WhoWinsForm(forms.Form):
    qty = AmountField(label=gettext_lazy("Quantity"), max_digits=18, decimal_places=6, required=False)
    on = DayField(label=gettext_lazy("On"), required=False)

    def __init__(self, data: Any = None, *, user: Any) -> None:
        super().__init__(data)
        item = RecordField(by_key("inventory.item"), user, label=_("Item"))
        client = RecordField(by_key("crm.client"), user, label=_("Client"), required=False)
        self.fields = {"item": item, "client": client, **self.fields}
        self.initial = {"qty": Decimal(1), "on": timezone.localdate()}


class WhoWins(Guarded, View):
    """GET: which price holds for an item, a buyer, a day and a quantity, and why."""

    action = "sales.view_pricelist"

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = "item" in request.GET
        form = WhoWinsForm(request.GET if asked else None, user=request.user)
        answers = self._answers(form) if asked and form.is_valid() else []
        register = by_key("sales.pricelist")
        context = {"form": form, "asked": asked, "answers": answers, "list_url": register.url("list")}
        return render(request, "sales/who_wins.html", context, status=422 if asked and form.errors else 200)

    def _answers(self, form: WhoWinsForm) -> list[tuple[str, Any, str]]:
        """One answer for each legal entity of the client; without a client the price for everybody."""
        data = form.cleaned_data
        item, client = data["item"], data["client"]
        entities: list[LegalEntity | None] = [None]
        if isinstance(client, Client):
            entities = list(LegalEntity.objects.filter(client=client, valid_to=None).order_by("pk")[:10]) or [None]
        made = []
        for entity in entities:
            found = winning_prices(
                item_ids=[item.pk],
                legal_entity_id=entity.pk if entity else None,
                on=data["on"] or timezone.localdate(),
                qtys={item.pk: data["qty"] or Decimal(1)},
            ).get(item.pk)
            who = entity.legal_name if entity else _("Everybody")
            made.append((who, found, told_price(found.trace) if found else ""))
        return made
