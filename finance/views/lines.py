"""Bank lines: what waits, whose it may be, booked, matched, set aside, opened again."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core import policy
from core.errors import DomainError
from core.ui.screens import Signed, back
from core.ui.toasts import toast
from finance.choices import StatementLineStatus
from finance.forms import BookForm, ReasonForm
from finance.models import BankAccount, Payment, StatementLine
from finance.selectors.bank import named_suggestions, unmatched_payments
from finance.selectors.suggesting import open_documents_of
from finance.services.bank import book_line, ignore_line, match_line, reopen_line
from finance.views.forms import MoneyForm

PAGE = 50
STATES = {
    "new": StatementLineStatus.NEW,
    "matched": StatementLineStatus.MATCHED,
    "ignored": StatementLineStatus.IGNORED,
}


class BankLines(Signed):
    """The lines of all accounts or of one, those to book first, each with its suggestions."""

    action = "finance.view_statementline"

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        state = STATES.get(request.GET.get("state", ""), StatementLineStatus.NEW)
        account = request.GET.get("account", "")
        rows = StatementLine.objects.visible_to(user).filter(status=state).select_related("account", "payment")
        if account.isdigit():
            rows = rows.filter(account=int(account))
        order = ("booked_on", "pk") if state == StatementLineStatus.NEW else ("-booked_on", "-pk")
        page = Paginator(rows.order_by(*order), PAGE).get_page(request.GET.get("page"))
        lines = list(page.object_list)
        is_new = state == StatementLineStatus.NEW
        guesses = named_suggestions(lines, user) if is_new else {}
        twins = unmatched_payments(lines) if is_new else {}
        context = {
            "rows": [
                {"line": line, "guesses": guesses.get(line.pk, [])[:3], "twins": twins.get(line.pk, [])[:2]}
                for line in lines
            ],
            "page": page,
            "state": state,
            "states": [(code, value.label) for code, value in STATES.items()],
            "account": int(account) if account.isdigit() else None,
            "accounts": BankAccount.objects.visible_to(user).filter(is_cash=False).order_by("name"),
            "may_book": policy.allows(user, "finance.import_statement"),
        }
        return render(request, "finance/bank_lines.html", context)


class OfLine(Signed):
    """One verb on one line the user may see; answers with the list."""

    action: ClassVar[str | None] = "finance.import_statement"
    said: ClassVar[Any] = gettext_lazy("Saved.")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user: Any = request.user
        line = get_object_or_404(StatementLine.objects.visible_to(user, "finance.import_statement"), pk=pk)
        try:
            go_to = self.do(request, line)
        except DomainError as refused:
            toast(request, refused, level="bad")
            return HttpResponseRedirect(back(request, reverse("finance:bank_lines")))
        toast(request, self.said)
        return HttpResponseRedirect(go_to or back(request, reverse("finance:bank_lines")))

    def do(self, request: HttpRequest, line: StatementLine) -> str:
        raise NotImplementedError


class MatchLine(OfLine):
    """The line is a payment that was recorded before."""

    said = gettext_lazy("The line and the payment belong together now.")

    def do(self, request: HttpRequest, line: StatementLine) -> str:
        user: Any = request.user
        wanted = request.POST.get("payment", "")
        payment = get_object_or_404(Payment.objects.visible_to(user), pk=int(wanted) if wanted.isdigit() else 0)
        match_line(line_id=line.pk, payment_id=payment.pk, by=user)
        return ""


class ReopenLine(OfLine):
    said = gettext_lazy("The line waits to be booked again.")

    def do(self, request: HttpRequest, line: StatementLine) -> str:
        reopen_line(line_id=line.pk, by=request.user)  # type: ignore[arg-type]
        return ""


class LineForm(MoneyForm):
    """A form about one line the user may see."""

    action = "finance.import_statement"
    sees = ("payment",)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            user: Any = request.user
            rows = StatementLine.objects.visible_to(user, "finance.import_statement")
            self.line = get_object_or_404(rows.select_related("account"), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def about(self) -> StatementLine:
        return self.line

    def back(self) -> str:
        return reverse("finance:bank_lines")

    def more(self, form: forms.Form) -> dict[str, Any]:
        return {"line": self.line}


class BookLine(LineForm):
    """Make the payment a line shows; money of a client that has open documents goes on to be allocated."""

    template_name = "finance/line_form.html"
    heading = gettext_lazy("Book a bank line")
    button = gettext_lazy("Book it")
    said = gettext_lazy("The line is booked.")
    beside = {"no_rate": "client"}

    def make_form(self, data: Any = None) -> forms.Form:
        guess = next(iter(named_suggestions([self.line], self.user).get(self.line.pk, [])), None)
        initial: dict[str, Any] = {}
        if guess is not None:
            initial = {"client": guess.client_id, "legal_entity": guess.legal_entity_id}
            if guess.order_number and self.line.amount > 0 and not guess.document_number:
                initial["order_number"] = guess.order_number
        return BookForm(data, user=self.user, initial=initial)

    def do(self, data: dict[str, Any], key: str) -> str:
        payment = book_line(line_id=self.line.pk, at=timezone.now(), by=self.user, **self.form_done.party)
        if open_documents_of(payment).exists():
            return reverse("finance:payment_allocate", args=[payment.pk])
        return self.back()


class IgnoreLine(LineForm):
    template_name = "finance/line_form.html"
    heading = gettext_lazy("Set a bank line aside")
    button = gettext_lazy("Set it aside")
    said = gettext_lazy("The line is set aside.")

    def make_form(self, data: Any = None) -> forms.Form:
        return ReasonForm(data)

    def do(self, data: dict[str, Any], key: str) -> str:
        ignore_line(line_id=self.line.pk, reason=data["reason"], by=self.user)
        return self.back()
