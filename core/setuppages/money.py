"""Taxes with their dated rates, currencies, and what one is worth in another."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.models import Currency, ExchangeRate, Tax
from core.quantities import told
from core.services import organisation, rates
from core.settingspages.kinds import Column, Setting, add
from core.ui.daywords import day
from core.ui.fields import AmountField, DayField


class TaxForm(forms.Form):
    """A tax, and at first its rate; later rates have a form of their own."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("As papers show it."))
    code = forms.SlugField(label=_("Code"), max_length=20, help_text=_("For imports and the API. It never changes."))
    percent = AmountField(label=_("Percent"), max_digits=7, decimal_places=4)
    since = DayField(label=_("Since"))

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if record is not None:
            del self.fields["percent"], self.fields["since"]
            self.fields["code"].disabled = True


def rate_now(tax: Tax) -> Any:
    today = timezone.localdate()
    return next((row for row in tax.rates.all() if today in row.valid), None)


def percent_now(tax: Tax) -> str:
    found = rate_now(tax)
    return f"{told(found.percent)} %" if found else ""


def coming(tax: Tax) -> str:
    today = timezone.localdate()
    later = [row for row in tax.rates.all() if row.valid.lower and row.valid.lower > today]
    return ", ".join(
        str(_("{percent} % from {day}").format(percent=told(row.percent), day=day(row.valid.lower))) for row in later
    )


@add
class Taxes(Setting):
    app, name, path, model = "core", "tax", "taxes", Tax
    group, action, order = "money", "core.manage_rates", 10
    label, one, icon = _("Taxes"), _("Tax"), "receipt-tax"
    help = _("Percentages by day: a new rate begins on a day and ends the one before it.")
    add_label = _("Add a tax")
    form_class = TaxForm
    note = _("Invoices keep the rate of their own day; a new rate changes nothing that is posted.")
    columns = (
        Column(_("Name"), lambda one: one.name),
        Column(_("Code"), lambda one: one.code, folds=True),
        Column(_("Today"), percent_now, number=True),
        Column(_("Later"), coming, folds=True),
    )
    parts = ("settings/_tax_rates.html",)

    def rows(self) -> Any:
        return Tax.objects.prefetch_related("rates").order_by("name")

    def form_options(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        return {"record": record}

    def initial(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        if record is None:
            return {"since": timezone.localdate().replace(month=1, day=1)}
        return {"name": record.name, "code": record.code}

    def create(self, values: dict[str, Any], by: Actor) -> Tax:
        return rates.create_tax(by=by, **values)

    def change(self, record: Any, values: dict[str, Any], seen: str, by: Actor) -> Tax:
        return rates.rename_tax(tax_id=record.pk, name=values["name"], seen=seen, by=by)

    def beside(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        today = timezone.localdate()
        found = [
            {"rate": row, "is_now": today in row.valid, "is_later": bool(row.valid.lower and row.valid.lower > today)}
            for row in sorted(record.rates.all(), key=lambda row: row.valid.lower or today.min, reverse=True)
        ]
        return {"rates": found, "rate_form": RateForm(initial={"since": today})}

    def history(self, record: Any) -> Any:
        return (record, *record.rates.all())


class RateForm(forms.Form):
    """Another percentage from a day on."""

    percent = AmountField(label=_("Percent"), max_digits=7, decimal_places=4, min_value=Decimal(0))
    since = DayField(label=_("From"))


class CurrencyForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=3, min_length=3, help_text=_("Three letters, such as EUR."))
    name = forms.CharField(label=_("Name"), max_length=60)
    decimals = forms.IntegerField(label=_("Decimal places"), min_value=0, max_value=4, initial=2)

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if record is not None:
            self.fields["code"].disabled = self.fields["decimals"].disabled = True


@add
class Currencies(Setting):
    app, name, path, model = "core", "currency", "currencies", Currency
    group, action, order = "money", "core.manage_rates", 20
    label, one, icon = _("Currencies"), _("Currency"), "coin"
    help = _("In which money quotes, orders and bills may be written.")
    add_label = _("Add a currency")
    form_class = CurrencyForm
    columns = (
        Column(_("Code"), lambda one: one.code),
        Column(_("Name"), lambda one: one.name),
        Column(_("Decimal places"), lambda one: one.decimals, number=True),
    )

    def rows(self) -> Any:
        return Currency.objects.order_by("code")

    def form_options(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        return {"record": record}

    def create(self, values: dict[str, Any], by: Actor) -> Currency:
        return organisation.create_currency(by=by, **values)

    def change(self, record: Any, values: dict[str, Any], seen: str, by: Actor) -> Currency:
        return organisation.rename_currency(code=record.pk, name=values["name"], seen=seen, by=by)


class ExchangeForm(forms.Form):
    base = forms.ModelChoiceField(label=_("One unit of"), queryset=Currency.objects.order_by("code"))
    quote = forms.ModelChoiceField(label=_("Buys units of"), queryset=Currency.objects.order_by("code"))
    on = DayField(label=_("From this day on"))
    rate = AmountField(label=_("Rate"), max_digits=18, decimal_places=8)

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if record is not None:
            for name in ("base", "quote", "on"):
                self.fields[name].disabled = True


@add
class ExchangeRates(Setting):
    app, name, path, model = "core", "exchange_rate", "exchange-rates", ExchangeRate
    group, action, order = "money", "core.manage_rates", 30
    label, one, icon = _("Exchange rates"), _("Exchange rate"), "arrows-exchange"
    help = _("What a currency is worth from a day on, until the next rate of the pair.")
    add_label = _("Enter a rate")
    form_class = ExchangeForm
    note = _("Documents keep the rate they were posted with. The newest 500 rates stand here.")
    columns = (
        Column(_("Pair"), lambda one: f"{one.base_id} → {one.quote_id}"),
        Column(_("From"), lambda one: day(one.on)),
        Column(_("Rate"), lambda one: told(one.rate), number=True),
    )

    def rows(self) -> Any:
        return ExchangeRate.objects.order_by("-on", "base", "quote")

    def form_options(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        return {"record": record}

    def initial(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        return super().initial(record, request) if record else {"on": timezone.localdate()}

    def create(self, values: dict[str, Any], by: Actor) -> ExchangeRate:
        values |= {"base": values["base"].pk, "quote": values["quote"].pk}
        return rates.set_rate(by=by, **values)

    def change(self, record: Any, values: dict[str, Any], seen: str, by: Actor) -> ExchangeRate:
        return rates.set_rate(
            base=record.base_id, quote=record.quote_id, on=record.on, rate=values["rate"], seen=seen, by=by
        )
