"""Receivables and payables by age on any day: key numbers, how late, what comes in, and the table."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import policy
from core.access import scope
from core.money import ZERO, percent_of
from core.ui import amounts, views
from core.ui.charts import Chart, as_asked
from core.ui.panels import Stat
from finance.choices import InvoiceKind
from finance.selectors import aged, days_to_pay, due_days
from finance.selectors.acting import last_actions
from finance.selectors.aged import AGES, ENTITY, OpenDebt
from finance.selectors.balances import money_at_hand
from finance.selectors.reminding import clients_to_remind
from finance.views.aged import Aged
from finance.views.aged_rows import drawn
from finance.views.charts import age_bar, weeks_chart

PAGE = 50


class AgeingPage(Aged):
    """The page: key numbers, how late, what comes in, and the table."""

    template_name = "finance/ageing.html"

    @cached_property
    def books(self) -> aged.Books:
        """All the page tells of, read at once: the debts, how it was a month ago, and the bills for the chart."""
        return aged.books(
            self.on,
            self.kind,
            user=self.user,
            chosen=scope.current(self.request),
            before=self.on.replace(day=1) - timedelta(days=1),
            other=InvoiceKind.BILL if self.has_chart else None,
        )

    @cached_property
    def debts(self) -> list[OpenDebt]:
        return self.books.debts

    @cached_property
    def days(self) -> due_days.Days:
        return due_days.by_day(self.debts)

    @cached_property
    def ranking(self) -> aged.Ranking:
        """Everybody, the largest first; names are read of those that are shown."""
        return aged.Ranking(self.debts, self.on, self.by)

    @property
    def is_narrowed(self) -> bool:
        return self.age is not None or bool(self.request.GET.get("q", "").strip())

    def get(self, request: HttpRequest) -> HttpResponse:
        sums = due_days.totals_of(self.days, self.on)
        shown_sums = aged.totals(self.parties) if self.is_narrowed else sums
        shown = self.parties if self.is_narrowed else self.ranking
        page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
        more = self.more(page)
        context = {
            "view": self,
            "currency": self.currency,
            "on": self.on,
            "is_today": self.on == self.today,
            "page": page,
            "stats": self.stats(sums),
            "ages": self.ages(sums),
            "age_bar": age_bar(sums),
            "shown_sums": shown_sums,
            "shown_total": sum(shown_sums, ZERO),
            "chart": self.chart(),
            "by_client": self.address(by=None),
            "by_entity": self.address(by=ENTITY),
            "without_age": self.address(age=None),
            "age_words": AGES[self.age] if self.age is not None else "",
            "q": request.GET.get("q", ""),
            "may_export": views.may_export(self.user),
            **more,
            "rows_drawn": drawn(
                more["rows"],
                self.documents_url,
                may_remind=more.get("may_remind", False),
                shows_actions=more.get("shows_actions", False),
            ),
            "may_record": policy.allows(self.user, "finance.record_payment"),
            "earlier": self.address(page=page.previous_page_number()) if page.has_previous() else "",
            "later": self.address(page=page.next_page_number()) if page.has_next() else "",
        }
        response = render(request, self.template_name, context, status=422 if self.is_day_wrong else 200)
        response["Vary"] = "HX-Request"
        return response

    @property
    def documents_url(self) -> str:
        """The documents behind a figure of this page; the key of the party comes behind it."""
        name = "payable_documents" if self.kind == InvoiceKind.BILL else "receivable_documents"
        age = f"&age={self.age}" if self.age else ""
        return f"{reverse(f'finance:{name}')}?on={self.on.isoformat()}&by={self.by}{age}&key="

    def more(self, page: Any) -> dict[str, Any]:
        """What one of the two pages shows besides."""
        return {"rows": [{"party": party} for party in page.object_list]}

    def ages(self, sums: list[Decimal]) -> list[dict[str, Any]]:
        whole = sum(sums, ZERO)
        return [
            {
                "place": place,
                "label": label,
                "amount": amount,
                "share": percent_of(amount, whole).quantize(Decimal(1)),
                "url": self.address(age=place),
                "is_chosen": place == self.age,
            }
            for place, (label, amount) in enumerate(zip(AGES, sums, strict=True))
        ]

    def stats(self, sums: list[Decimal]) -> list[Stat]:
        whole, late = sum(sums, ZERO), sum(sums[1:], ZERO)
        count = len(self.debts)
        if self.kind == InvoiceKind.BILL:
            said = ngettext("%(clients)s, %(count)d bill", "%(clients)s, %(count)d bills", count)
        else:
            said = ngettext("%(clients)s, %(count)d invoice", "%(clients)s, %(count)d invoices", count)
        number = len(self.everybody if self.is_narrowed else self.ranking)
        if self.by != ENTITY and self.kind == InvoiceKind.BILL:
            clients = ngettext("%(n)d supplier", "%(n)d suppliers", number) % {"n": number}
        elif self.by == ENTITY:
            clients = ngettext("%(n)d legal entity", "%(n)d legal entities", number) % {"n": number}
        else:
            clients = ngettext("%(n)d client", "%(n)d clients", number) % {"n": number}
        days = days_to_pay.days_to_pay(self.on, user=self.user, kind=self.kind)
        soon = due_days.due_between(self.days, self.on, self.on + timedelta(days=6))
        return [
            Stat(self.owed, amounts.exact_money(whole, self.currency), said % {"clients": clients, "count": count}),
            Stat(
                _("Overdue"),
                amounts.exact_money(late, self.currency),
                self._compared(late, whole),
                "bad" if late else "",
            ),
            Stat(self.slow, days if days is not None else "–", _("in the last 90 days")),
            Stat(_("Due within 7 days"), amounts.exact_money(soon, self.currency), _("if everybody pays on the day")),
        ]

    def _compared(self, late: Decimal, whole: Decimal) -> str:
        """The share that is late, and how it was at the end of the month before."""
        share = percent_of(late, whole)
        points = (share - self.books.was_late).quantize(Decimal("0.1"))
        told = {"share": amounts.number(share.quantize(Decimal("0.1"))), "points": amounts.number(abs(points))}
        if points > 0:
            return _("%(share)s %% of all, %(points)s points more than at the end of last month") % told
        if points < 0:
            return _("%(share)s %% of all, %(points)s points less than at the end of last month") % told
        return _("%(share)s %% of all, as at the end of last month") % told

    @cached_property
    def has_chart(self) -> bool:
        needed = ("finance.view_bankaccount", "finance.view_bill", "finance.view_invoice")
        is_there = self.kind == InvoiceKind.INVOICE and self.on == self.today
        return is_there and all(policy.allows(self.user, action) for action in needed)

    def chart(self) -> Chart | None:
        """Money due in the coming weeks, for those who may see the accounts; only from today on."""
        if not self.has_chart:
            return None
        balance = money_at_hand(self.user, self.on, scope.current(self.request))
        weeks = due_days.weeks_ahead(self.days, due_days.by_day(self.books.others), on=self.on, balance=balance)
        return as_asked(weeks_chart(weeks, self.currency), self.request)


class Receivables(AgeingPage):
    """What customers owe us, whom to remind, and what was last done about it."""

    def more(self, page: Any) -> dict[str, Any]:
        acts = last_actions(list({party.client_id for party in page.object_list}), self.user)
        due = self.to_remind() if self.on == self.today and policy.allows(self.user, "finance.remind") else set()
        return {
            "shows_actions": True,
            "rows": [
                {"party": party, "last": acts.get(party.client_id), "is_due": party.client_id in due}
                for party in page.object_list
            ],
            "may_remind": bool(due),
            "reminders_due": len(due),
        }

    def to_remind(self) -> set[int]:
        """The clients that are late and were not reminded in the last days."""
        late = {client for _pk, client, _entity, due_on, _amount in self.debts if due_on and due_on < self.on}
        return clients_to_remind(sorted(late), self.today) if late else set()


class Payables(AgeingPage):
    """What we owe to suppliers."""

    action = "finance.view_bill"
    kind, heading, owed, name = InvoiceKind.BILL, gettext_lazy("Payables"), gettext_lazy("We owe"), "payables"
    slow = gettext_lazy("Days until we pay")
