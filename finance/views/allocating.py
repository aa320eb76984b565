"""Allocating a payment: what it settles is suggested, each amount is free, the rest stays on account."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.errors import DomainError
from core.money import ZERO
from core.ui import undo
from core.ui.amounts import exact_money
from core.ui.fields import AmountField, DayField
from core.ui.screens import Signed
from core.ui.sending import key_of, known_of, seen_of, send_once
from core.ui.toasts import toast
from finance.errors import ForeignClient
from finance.models import Allocation, Invoice, Payment
from finance.selectors.suggesting import Candidate, candidates, judged, settles, waiting
from finance.services.allocations import allocate_payment
from finance.views.forms import as_controls

IN_QUEUE = 12
FIELD = "amount-"


class AllocateForm(forms.Form):
    on = DayField(label=gettext_lazy("Day"))
    third_party = forms.CharField(label=gettext_lazy("Why another client pays"), required=False, max_length=200)
    rest = forms.ChoiceField(choices=[("account", ""), ("oldest", "")], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_controls(self, "on", "third_party")


class Allocate(Signed):
    """GET: the payment, its likely documents and what stays. POST: all amounts at once, or the refusal beside its
    field."""

    action = "finance.allocate"
    template_name = "finance/allocate.html"
    sees = ("status", "allocated")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user: Any = request.user

    def _payment(self, pk: int) -> Payment:
        rows = Payment.objects.visible_to(self.user, "finance.allocate")
        return get_object_or_404(rows.select_related("client", "legal_entity", "account", "order", "currency"), pk=pk)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        payment = self._payment(pk)
        return self._page(payment, AllocateForm(initial={"on": payment.paid_on, "rest": "account"}), {}, {})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        known = known_of(request)
        if known is not None:
            return HttpResponseRedirect(known["url"])
        payment, form = self._payment(pk), AllocateForm(request.POST)
        typed = {name: value for name, value in request.POST.items() if name.startswith(FIELD) and value.strip()}
        amounts, errors = self._amounts(payment, typed)
        if errors or not form.is_valid():
            return self._page(payment, form, typed, errors, status=422)

        def run() -> dict[str, str]:
            rows = allocate_payment(
                payment_id=payment.pk,
                amounts=amounts,
                on=form.cleaned_data["on"],
                third_party=form.cleaned_data["third_party"],
                rest_to_oldest=form.cleaned_data["rest"] == "oldest",
                key=f"finance.page:{key_of(request)}",
                by=self.user,
            )
            self._tell(payment, rows)
            return {"url": self._next(payment, "next" in request.POST)}

        try:
            return HttpResponseRedirect(send_once(request, run, record=payment, sees=self.sees)["url"])
        except DomainError as refused:
            where = getattr(refused, "invoice_id", None)
            if where is None or (isinstance(refused, ForeignClient) and form.cleaned_data["third_party"]):
                form.add_error("on" if refused.code == "period_closed" else None, str(refused))
            else:
                errors[where] = str(refused)
            return self._page(payment, form, typed, errors, status=409)

    def _amounts(self, payment: Payment, typed: dict[str, str]) -> tuple[dict[int, Decimal], dict[int, str]]:
        """The typed amounts of documents the user may see; what is no amount is said beside its field."""
        field = AmountField(max_digits=18, decimal_places=2, required=False)
        wanted = {int(pk): text for name, text in typed.items() if (pk := name.removeprefix(FIELD)).isdigit()}
        seen = Invoice.objects.visible_to(self.user).filter(pk__in=wanted, kind__in=settles(payment.direction))
        known = set(seen.values_list("pk", flat=True))
        amounts, errors = {}, {}
        for pk, text in wanted.items():
            try:
                amount = field.clean(text) or ZERO
            except ValidationError as wrong:
                errors[pk] = " ".join(wrong.messages)
                continue
            if pk in known and amount:
                amounts[pk] = amount
        return amounts, errors

    def _tell(self, payment: Payment, rows: list[Allocation]) -> None:
        step = undo.remember(
            label=str(payment),
            steps=[
                undo.Step("finance.payment", payment.pk, payment.version, {"allocations": [row.pk for row in rows]})
            ],
            by=self.user,
            at=timezone.now(),
        )
        said = ngettext("%(number)s settles %(count)d document.", "%(number)s settles %(count)d documents.", len(rows))
        toast(self.request, said % {"number": payment.number, "count": len(rows)}, undo=step)

    def _next(self, payment: Payment, wants_next: bool) -> str:
        following = waiting(self.user).exclude(pk=payment.pk).first() if wants_next else None
        name = "payment_allocate" if following else "payment_card"
        return reverse(f"finance:{name}", args=[(following or payment).pk])

    def _page(
        self, payment: Payment, form: Any, typed: dict[str, str], errors: dict[int, str], *, status: int = 200
    ) -> HttpResponse:
        asked = self.request.GET
        text, entity_only = asked.get("q", "").strip(), asked.get("entities") == "one"
        found = candidates(payment, self.user, text=text, entity_only=entity_only)
        rows = [self._row(one, typed, errors, is_bound=bool(form.is_bound)) for one in found]
        rows += self._unseen(rows, typed, errors)
        queue = list(waiting(self.user)[: IN_QUEUE + 1])
        place = next((number for number, row in enumerate(queue) if row.pk == payment.pk), None)
        used = sum((row["value"] for row in rows if isinstance(row["value"], Decimal)), ZERO)
        rest = next((row["candidate"] for row in rows if not row["value"] and not row["candidate"].is_foreign), None)
        context = {
            "payment": payment,
            "form": form,
            "rows": rows,
            "queue": judged(queue[:IN_QUEUE], self.user),
            "queue_is_longer": len(queue) > IN_QUEUE,
            "count": waiting(self.user).count(),
            "place": None if place is None else place + 1,
            "earlier": queue[place - 1] if place else None,
            "later": queue[place + 1] if place is not None and place + 1 < len(queue) else None,
            "q": text,
            "entity_only": entity_only,
            "used": used,
            "used_count": sum(1 for row in rows if row["value"]),
            "left": payment.open_amount - used,
            "rest_document": rest,
            "asks_reason": any(row["candidate"].is_foreign for row in rows),
            "key": key_of(self.request),
            "seen": seen_of(self.request, payment, self.sees),
            "found_by": self._found_by(found),
        }
        return render(self.request, self.template_name, context, status=status)

    def _row(self, one: Candidate, typed: dict[str, str], errors: dict[int, str], *, is_bound: bool) -> dict[str, Any]:
        text = typed.get(f"{FIELD}{one.invoice.pk}", "")
        value: Any = text if is_bound else one.suggested or ""
        value = _amount_or_text(value)
        shown = exact_money(value) if isinstance(value, Decimal) else value
        return {"candidate": one, "value": value, "shown": shown, "error": errors.get(one.invoice.pk, "")}

    def _unseen(
        self, rows: list[dict[str, Any]], typed: dict[str, str], errors: dict[int, str]
    ) -> list[dict[str, Any]]:
        """Documents somebody typed an amount for that are not among those shown, as after a search."""
        shown = {row["candidate"].invoice.pk for row in rows}
        missing = [int(pk) for name in typed if (pk := name.removeprefix(FIELD)).isdigit() and int(pk) not in shown]
        found = Invoice.objects.visible_to(self.user).filter(pk__in=missing) if missing else Invoice.objects.none()
        payment = self._payment(self.kwargs["pk"]) if missing else None
        return [
            self._row(
                Candidate(
                    row, ZERO, False, row.legal_entity_id != payment.legal_entity_id,  # type: ignore[union-attr]
                    row.client_id != payment.client_id, 0,  # type: ignore[union-attr]
                ),
                typed, errors, is_bound=True,
            )
            for row in found.select_related("client", "legal_entity", "order")
        ]  # fmt: skip

    def _found_by(self, found: list[Candidate]) -> str:
        named = sum(one.is_named for one in found)
        if named:
            return ngettext("The number of %(n)d document", "The numbers of %(n)d documents", named) % {"n": named}
        return _("The client: oldest first") if any(one.suggested for one in found) else _("Nothing known")


def _amount_or_text(value: Any) -> Any:
    """What a field holds as an amount where it is one, so that sums can be shown; otherwise as it was typed."""
    if not isinstance(value, str) or not value:
        return value
    try:
        return AmountField(max_digits=18, decimal_places=2).clean(value)
    except ValidationError:
        return value
