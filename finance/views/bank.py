"""Accounts, and reading a statement in: file, what it would bring, then yes."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import policy
from core.errors import DomainError
from core.ui import amounts, cells
from core.ui.drafts import new_key
from core.ui.lists import ListScreen
from core.ui.records import Act, RecordScreen, Stat
from core.ui.screens import Signed
from core.ui.tables import Column
from core.ui.toasts import toast
from finance.choices import StatementLineStatus
from finance.models import BankAccount, StatementLine
from finance.selectors.balances import bank_balance
from finance.selectors.previewing import preview_statement
from finance.services.bank import import_statement
from finance.statements import MAX_BYTES
from finance.views.payments import to_the_cent

KEPT_SECONDS = 3600
SHOWN = 200


class BankList(ListScreen):
    template_name = "finance/bank_list.html"

    def cell(self, column: Column, record: Any, value: Any) -> str:
        return to_the_cent(column, record, value) or super().cell(column, record, value)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs["may_import"] = policy.allows(self.user, "finance.import_statement")
        return super().get_context_data(**kwargs)


class BankCard(RecordScreen):
    def badges(self) -> Iterator[SafeString]:
        if self.record.is_cash:
            yield cells.tag(_("Cash desk"))

    def subtitle(self) -> Iterator[SafeString | str]:
        yield str(self.record.branch)
        if self.record.iban:
            yield format_html("{}", self.record.iban)

    def stats(self) -> list[Stat]:
        account = self.record
        waiting = StatementLine.objects.filter(account=account, status=StatementLineStatus.NEW).count()
        url = reverse("finance:bank_lines") + f"?account={account.pk}"
        return [
            Stat(
                _("Balance"),
                amounts.exact_money(bank_balance(account.pk), account.currency_id),
                _("all payments booked"),
            ),
            Stat(_("Opened with"), amounts.exact_money(account.opening, account.currency_id)),
            Stat(_("Lines to book"), waiting, "", "warn" if waiting else "", url if waiting else ""),
        ]

    def acts(self) -> list[Act]:
        account, user = self.record, self.user
        made = []
        if policy.allows(user, "finance.record_payment", account):
            url = reverse("finance:payment_new") + f"?account={account.pk}"
            made.append(Act(_("Record a payment"), "cash-banknote-plus", url))
        if policy.allows(user, "finance.import_statement", account) and not account.is_cash:
            url = reverse("finance:bank_import") + f"?account={account.pk}"
            made.append(Act(_("Import a statement"), "file-import", url, primary=True))
        return made


class FileForm(forms.Form):
    account = forms.ModelChoiceField(label=gettext_lazy("Account"), queryset=BankAccount.objects.none())
    file = forms.FileField(
        label=gettext_lazy("Statement file"),
        help_text=gettext_lazy("CSV or CAMT.053 as the bank gives it, up to 20 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xml,.camt"}),
    )

    def __init__(self, *args: Any, accounts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = accounts  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("It is larger than 20 MB."))
        return file


class ImportStatement(Signed):
    """GET: choose account and file. POST with a file keeps it for `?preview=<key>`, which shows what it would bring and
    can be loaded again and come back to. POST with the key reads it in.
    """

    action = "finance.import_statement"

    def _accounts(self) -> Any:
        user: Any = self.request.user
        return BankAccount.objects.visible_to(user, "finance.import_statement").filter(is_cash=False).order_by("name")

    def get(self, request: HttpRequest) -> HttpResponse:
        if "preview" in request.GET:
            return self._preview(request, request.GET["preview"])
        asked = request.GET.get("account", "")
        form = FileForm(accounts=self._accounts(), initial={"account": asked} if asked.isdigit() else None)
        return self._page(form, 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        if "confirm" in request.POST:
            return self._confirm(request)
        form = FileForm(request.POST, request.FILES, accounts=self._accounts())
        if not form.is_valid():
            return self._page(form, 422)
        account, file = form.cleaned_data["account"], form.cleaned_data["file"]
        content = file.read()
        try:
            preview_statement(account, content)
        except DomainError as refused:
            form.add_error("file", str(refused))
            return self._page(form, 409)
        key = new_key()
        kept = {"account": account.pk, "name": file.name, "content": zlib.compress(content)}
        cache.set(_place(request, key), kept, KEPT_SECONDS)
        return HttpResponseRedirect(f"{reverse('finance:bank_import')}?preview={key}")

    def _preview(self, request: HttpRequest, key: str) -> HttpResponse:
        kept = cache.get(_place(request, key))
        if kept is None:
            return self._gone(request)
        account = get_object_or_404(self._accounts(), pk=kept["account"])
        preview = preview_statement(account, zlib.decompress(kept["content"]))
        context = {
            "account": account,
            "preview": preview,
            "rows": preview.rows[:SHOWN],
            "left_out": max(len(preview.rows) - SHOWN, 0),
            "name": kept["name"],
            "key": key,
        }
        return render(request, "finance/statement_preview.html", context)

    def _confirm(self, request: HttpRequest) -> HttpResponse:
        kept = cache.get(_place(request, request.POST.get("confirm", "")))
        if kept is None:
            return self._gone(request)
        account = get_object_or_404(self._accounts(), pk=kept["account"])
        try:
            done = import_statement(
                account_id=account.pk,
                content=zlib.decompress(kept["content"]),
                file_name=kept["name"],
                at=timezone.now(),
                by=request.user,  # type: ignore[arg-type]
            )
        except DomainError as refused:
            toast(request, refused, level="bad")
            return HttpResponseRedirect(reverse("finance:bank_import"))
        if done.new_rows:
            said = ngettext("%(new)d new line of %(all)d.", "%(new)d new lines of %(all)d.", done.new_rows)
            toast(request, said % {"new": done.new_rows, "all": done.rows})
        else:
            toast(request, _("Nothing new: all %(all)d lines were there already.") % {"all": done.rows}, level="info")
        return HttpResponseRedirect(reverse("finance:bank_lines") + f"?account={account.pk}")

    def _gone(self, request: HttpRequest) -> HttpResponse:
        toast(request, _("The file is no longer at hand. Choose it again."), level="warn")
        return HttpResponseRedirect(reverse("finance:bank_import"))

    def _page(self, form: forms.Form, status: int) -> HttpResponse:
        context = {
            "form": form,
            "heading": _("Import a bank statement"),
            "button": _("Look at it"),
            "back": reverse("finance:bank_list"),
            "told": _("Nothing is stored before you have seen what is new."),
        }
        return render(self.request, "finance/form.html", context, status=status)


def _place(request: HttpRequest, key: str) -> str:
    """Where a file waits between looking and yes: for its owner only."""
    return f"finance.statement:{request.user.pk}:{key}"
