"""The cash journal, and the articles money is counted under."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core import policy
from core.access import scope
from core.ui import views
from core.ui.access import Guarded
from core.ui.periods import Period, read_period, suggestions
from finance.choices import PaymentDirection
from finance.forms import ArticleForm
from finance.models import BankAccount, CashArticle, Payment
from finance.selectors.journal import account_moves, article_sums, payments_in, with_balance
from finance.services.accounts import create_article
from finance.views.forms import MoneyForm
from finance.views.sheets import sheet

PAGE = 100
MOST = 50_000


class Journal(Guarded, View):
    """What the page and its file have in common: period, account, direction, article."""

    action = "finance.view_bankaccount"

    @property
    def user(self) -> Any:
        return self.request.user

    @cached_property
    def period(self) -> Period:
        today = timezone.localdate()
        return self._asked_period() or Period(today.replace(day=1), today)

    def _asked_period(self) -> Period | None:
        return read_period(self.request.GET.get("period", ""), today=timezone.localdate())

    @property
    def is_period_wrong(self) -> bool:
        return bool(self.request.GET.get("period", "").strip()) and self._asked_period() is None

    @cached_property
    def accounts(self) -> Any:
        return scope.narrow(BankAccount.objects.visible_to(self.user), self.request)

    @cached_property
    def account(self) -> BankAccount | None:
        asked = self.request.GET.get("account", "")
        return self.accounts.filter(pk=int(asked)).first() if asked.isdigit() else None

    @property
    def direction(self) -> str:
        asked = self.request.GET.get("direction", "")
        return asked if asked in PaymentDirection.values else ""

    @property
    def article(self) -> str:
        """The key of an article, "none" for money without one, or nothing."""
        asked = self.request.GET.get("article", "")
        return asked if asked.isdigit() or asked == "none" else ""

    @property
    def has_balance(self) -> bool:
        """A balance after each payment means something for one whole account only."""
        return self.account is not None and not self.direction and not self.article

    def rows(self) -> Any:
        rows = payments_in(self.user, self.period, account_id=self.account.pk if self.account else None)
        rows = scope.narrow(rows, self.request)
        if self.direction:
            rows = rows.filter(direction=self.direction)
        if self.article == "none":
            rows = rows.filter(article=None)
        elif self.article:
            rows = rows.filter(article=int(self.article))
        return rows

    def shown_rows(self) -> Any:
        rows = self.rows().select_related("account", "article", "client", "legal_entity", "currency")
        if not self.has_balance:
            return rows.order_by("-paid_on", "-pk")
        moves = next(row for row in self.moves if row.account == self.account)
        return with_balance(rows, moves.opening)

    @cached_property
    def moves(self) -> Any:
        return account_moves(self.accounts, self.period)


class CashJournal(Journal):
    def get(self, request: HttpRequest) -> HttpResponse:
        page = Paginator(self.shown_rows(), PAGE).get_page(request.GET.get("page"))
        query = request.GET.copy()
        query.pop("page", None)
        moves = [row for row in self.moves if self.account in (None, row.account)]
        context = {
            "view": self,
            "page": page,
            "moves": moves,
            "articles": article_sums(self.rows()),
            "accounts": self.accounts.order_by("is_cash", "name"),
            "all_articles": CashArticle.objects.order_by("name"),
            "directions": PaymentDirection.choices,
            "period_text": request.GET.get("period", "") or _("this month"),
            "period_words": suggestions(),
            "query": query.urlencode(),
            "may_export": views.may_export(self.user),
            "may_record": policy.allows(self.user, "finance.record_payment"),
            "may_manage": policy.allows(self.user, "finance.manage_accounts"),
        }
        status = 422 if self.is_period_wrong else 200
        return render(request, "finance/cash_journal.html", context, status=status)


class JournalExport(Journal):
    """The journal as a file, in its order, with all its rows."""

    action = "core.export_rows"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        user: Any = request.user
        if user.is_authenticated and not policy.allows(user, "finance.view_bankaccount"):
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        head = [_("Day"), _("Number"), _("Account"), _("Direction"), _("Article"), _("Who"), _("Purpose"), _("Amount"),
                _("Currency")]  # fmt: skip
        lines = [self._line(row) for row in self.shown_rows()[:MOST]]
        if self.has_balance:
            head.append(_("Balance"))
        return sheet("cash-journal", [head, *lines], as_xlsx=request.GET.get("format") == "xlsx")

    def _line(self, row: Payment) -> list[Any]:
        line = [
            row.paid_on, row.number, str(row.account), str(row.get_direction_display()), str(row.article or ""),
            str(row.legal_entity or ""), row.text, row.signed_amount, row.currency_id,
        ]  # fmt: skip
        return [*line, row.balance] if self.has_balance else line  # type: ignore[attr-defined]


class Articles(MoneyForm):
    """The tree of articles, and a form for one more."""

    action = "finance.manage_accounts"
    template_name = "finance/articles.html"
    heading = gettext_lazy("Cash articles")
    button = gettext_lazy("Add the article")
    said = gettext_lazy("The article is there.")

    def make_form(self, data: Any = None) -> forms.Form:
        return ArticleForm(data)

    def more(self, form: forms.Form) -> dict[str, Any]:
        rows = list(CashArticle.objects.order_by("direction", "name").select_related("parent"))
        roots = [row for row in rows if row.parent_id is None]
        return {"tree": [(root, [row for row in rows if row.parent_id == root.pk]) for root in roots]}

    def do(self, data: dict[str, Any], key: str) -> str:
        parent = data["parent"]
        create_article(
            code=data["code"], name=data["name"], direction=data["direction"],
            parent_id=parent.pk if parent else None, by=self.user,
        )  # fmt: skip
        return reverse("finance:article_list")

    def back(self) -> str:
        return reverse("finance:cash_journal")
