"""Payments: the list, the card, recording one by hand, reversing one, taking an allocation back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.errors import DomainError
from core.ui import amounts, cells, daywords
from core.ui.choicescreen import OFFERED, ChoicesScreen
from core.ui.lists import ListScreen
from core.ui.records import Act, RecordScreen, Stat
from core.ui.screens import Signed, back
from core.ui.tables import Column, Kind
from core.ui.toasts import toast
from finance.choices import PaymentDirection, PaymentStatus
from finance.forms import GiveBackForm, PaymentForm, ReverseForm
from finance.models import Allocation, Payment
from finance.registers.payments import DIRECTIONS
from finance.services.allocations import take_back
from finance.services.payments import give_back, record_payment, reverse_payment
from finance.views.forms import MoneyForm


def to_the_cent(column: Column, record: Any, value: Any) -> str | None:
    """Amounts of documents to the cent, as they were posted; None leaves the writing to the kit."""
    if column.kind is Kind.MONEY and value is not None:
        return amounts.exact_money(value, record.currency_id)
    return None


class PlainChoices(ChoicesScreen):
    """Looks records up that the search does not know, by the words of their list."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        register, words = self.register, {"q": request.GET.get("q", "").strip()}
        rows = register.filter_class(words, self.visible(), register=register, user=self.user, request=request).qs
        found = [
            {"id": row.pk, "text": str(row), "more": register.second_line(row)}
            for row in rows.order_by("-pk")[:OFFERED]
        ]
        return JsonResponse({"results": found})


class PaymentList(ListScreen):
    template_name = "finance/payment_list.html"

    def cell(self, column: Column, record: Any, value: Any) -> str:
        return to_the_cent(column, record, value) or super().cell(column, record, value)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs["may_record"] = policy.allows(self.user, "finance.record_payment")
        kwargs["may_import"] = policy.allows(self.user, "finance.import_statement")
        return super().get_context_data(**kwargs)


class PaymentCard(RecordScreen):
    def badges(self) -> Iterator[SafeString]:
        payment = self.record
        yield cells.tag(payment.get_direction_display(), DIRECTIONS[payment.direction])
        if payment.status == PaymentStatus.REVERSED:
            yield cells.tag(_("Reversed"), "bad")
        elif payment.reversal_of_id:
            yield cells.tag(_("Reversal"), "bad")
        elif payment.refund_of_id:
            yield cells.tag(_("Refund"), "warn")

    def subtitle(self) -> Iterator[SafeString | str]:
        payment = self.record
        yield daywords.day(payment.paid_on)
        yield str(payment.account)
        if payment.legal_entity:
            yield format_html("{}", payment.legal_entity)

    def stats(self) -> list[Stat]:
        payment = self.record
        rest = payment.open_amount if is_live(payment) else None
        stats = [
            Stat(_("Amount"), amounts.exact_money(payment.amount, payment.currency_id)),
        ]
        if payment.refund_of:
            return [*stats, Stat(_("Gives back"), str(payment.refund_of), "", "")]
        stats.append(Stat(_("Allocated"), amounts.exact_money(payment.allocated, payment.currency_id)))
        if rest is not None:
            label, tone = _("On account"), "warn" if rest else "ok"
            said = str(payment.legal_entity or "") if rest else _("all of it settles documents")
            stats.append(Stat(label, amounts.exact_money(rest, payment.currency_id), said, tone))
        return stats

    def acts(self) -> list[Act]:
        payment, user = self.record, self.user
        made = []
        if is_live(payment) and policy.allows(user, "finance.reverse_payment", payment):
            made.append(Act(_("Reverse"), "arrow-back-up", reverse("finance:payment_reverse", args=[payment.pk])))
        if can_go_back(payment) and policy.allows(user, "finance.give_back", payment):
            made.append(
                Act(_("Give back"), "cash-banknote-minus", reverse("finance:payment_give_back", args=[payment.pk]))
            )
        if is_live(payment) and payment.open_amount and policy.allows(user, "finance.allocate", payment):
            url = reverse("finance:payment_allocate", args=[payment.pk])
            made.append(Act(_("Allocate"), "arrows-split-2", url, primary=True))
        return made


def is_live(payment: Payment) -> bool:
    return payment.status == PaymentStatus.POSTED and payment.reversal_of_id is None


def can_go_back(payment: Payment) -> bool:
    """Something is left of what a client paid."""
    came = payment.direction == PaymentDirection.IN and payment.client_id is not None
    return came and is_live(payment) and payment.open_amount > 0


class RecordPayment(MoneyForm):
    """A cash or bank payment entered by hand; `?order=` begins with an advance for that order."""

    action = "finance.record_payment"
    heading = gettext_lazy("Record a payment")
    button = gettext_lazy("Record the payment")
    said = gettext_lazy("The payment is recorded.")
    beside = {"period_closed": "paid_on", "amount_not_positive": "amount", "no_rate": "paid_on"}

    def make_form(self, data: Any = None) -> forms.Form:
        asked = self.request.GET
        known = {
            "order_number": asked.get("order", ""),
            "direction": asked.get("direction", "in"),
            "client": asked.get("client", ""),
            "amount": asked.get("amount", ""),
            "account": asked.get("account", ""),
            "text": asked.get("text", ""),
        }
        initial = {name: value for name, value in known.items() if value}
        return PaymentForm(data, user=self.user, initial=initial)

    def do(self, data: dict[str, Any], key: str) -> str:
        payment = record_payment(
            account_id=data["account"].pk,
            direction=data["direction"],
            amount=data["amount"],
            paid_on=data["paid_on"],
            text=data["text"],
            key=f"finance.by-hand:{key}",
            by=self.user,
            **self.form_done.party,
        )
        return reverse("finance:payment_card", args=[payment.pk])

    def back(self) -> str:
        return reverse("finance:payment_list")


class OfPayment(MoneyForm):
    """A form about one payment that the user may see."""

    sees = ("status", "allocated")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            self.payment = get_object_or_404(
                Payment.objects.visible_to(request.user).select_related(
                    "account", "client", "legal_entity", "currency"
                ),
                pk=kwargs["pk"],
            )
        return super().dispatch(request, *args, **kwargs)

    def about(self) -> Payment:
        return self.payment

    def back(self) -> str:
        return reverse("finance:payment_card", args=[self.payment.pk])


class ReversePayment(OfPayment):
    action = "finance.reverse_payment"
    heading = gettext_lazy("Reverse the payment")
    button = gettext_lazy("Reverse the payment")
    said = gettext_lazy("The payment is reversed; what it had settled is open again.")
    beside = {"period_closed": "on", "allocation_too_early": "on"}

    def make_form(self, data: Any = None) -> forms.Form:
        return ReverseForm(data, initial={"on": timezone.localdate()})

    def more(self, form: forms.Form) -> dict[str, Any]:
        payment = self.payment
        amount = amounts.exact_money(payment.amount, payment.currency_id)
        told = _("%(number)s over %(amount)s gets a twin the other way; its bank line can be booked again.")
        return {"told": told % {"number": payment.number, "amount": amount}, "danger": True}

    def do(self, data: dict[str, Any], key: str) -> str:
        reverse_payment(payment_id=self.payment.pk, on=data["on"], reason=data["reason"], by=self.user)
        return self.back()


class GiveBack(OfPayment):
    """What is left of a client's payment goes back to him: a payment out over the rest, or a part of it."""

    action = "finance.give_back"
    heading = gettext_lazy("Give money back")
    button = gettext_lazy("Record the refund")
    said = gettext_lazy("The refund is recorded; the money itself is sent from your bank.")
    beside = {
        "period_closed": "on", "allocation_too_early": "on", "amount_not_positive": "amount",
        "gives_back_too_much": "amount",
    }  # fmt: skip

    def make_form(self, data: Any = None) -> forms.Form:
        payment = self.payment
        initial = {
            "amount": payment.open_amount,
            "on": timezone.localdate(),
            "account": payment.account_id,
            "text": _("Refund of %(number)s") % {"number": payment.number},
        }
        return GiveBackForm(data, user=self.user, payment=payment, initial=initial)

    def more(self, form: forms.Form) -> dict[str, Any]:
        payment = self.payment
        told = _("%(amount)s of %(number)s settles nothing. It goes back to %(entity)s by a payment out.")
        amount = amounts.exact_money(payment.open_amount, payment.currency_id)
        entity = str(payment.legal_entity or payment.client or "")
        return {"told": told % {"amount": amount, "number": payment.number, "entity": entity}}

    def do(self, data: dict[str, Any], key: str) -> str:
        refund = give_back(
            payment_id=self.payment.pk,
            amount=data["amount"],
            on=data["on"],
            account_id=data["account"].pk,
            text=data["text"],
            key=f"finance.refund:{key}",
            by=self.user,
        )
        return reverse("finance:payment_card", args=[refund.pk])


class UndoAllocation(Signed):
    """Take one allocation back, on its own day."""

    action = "finance.allocate"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user: Any = request.user
        allocation = get_object_or_404(Allocation.objects.visible_to(user, "finance.allocate"), pk=pk)
        if allocation.reversal_of_id is not None:
            raise Http404
        try:
            take_back(allocation_ids=[allocation.pk], by=user)
        except DomainError as refused:
            toast(request, refused, level="bad")
        else:
            toast(request, _("Taken back: both documents are open again by that amount."))
        return HttpResponseRedirect(back(request, reverse("finance:payment_list")))
