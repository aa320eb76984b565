"""Receivables and payables by age on any day, and the documents behind each figure."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View

from core import policy
from core.access import scope
from core.money import ZERO, percent_of
from core.selectors.currency import home_currency
from core.ui import cells, views
from core.ui.access import Guarded
from core.ui.charts import Chart, as_asked
from core.ui.panels import Stat
from core.ui.periods import read_day
from finance.choices import InvoiceKind
from finance.selectors import aged
from finance.selectors.acting import LastAction, last_actions
from finance.selectors.aged import AGES, CLIENT, ENTITY, AgedParty, OpenDebt
from finance.selectors.balances import money_at_hand
from finance.selectors.reminding import clients_to_remind
from finance.views.aged_rows import drawn
from finance.views.charts import age_bar, weeks_chart
from finance.views.sheets import sheet

PAGE = 50
DOCUMENTS = 500


class Aged(Guarded, View):
    """What both pages and their parts have in common: the day, the grouping, the bucket, the words."""

    action: ClassVar[str | None] = "finance.view_invoice"
    kind: ClassVar[InvoiceKind] = InvoiceKind.INVOICE
    heading: ClassVar[str | Promise] = gettext_lazy("Receivables")
    owed: ClassVar[str | Promise] = gettext_lazy("Owed to us")
    slow: ClassVar[str | Promise] = gettext_lazy("Days to get paid")
    name: ClassVar[str] = "receivables"

    @property
    def user(self) -> Any:
        return self.request.user

    @cached_property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def on(self) -> date:
        return read_day(self.request.GET.get("on", ""), today=self.today) or self.today

    @property
    def is_day_wrong(self) -> bool:
        text = self.request.GET.get("on", "").strip()
        return bool(text) and read_day(text, today=self.today) is None

    @cached_property
    def by(self) -> str:
        return ENTITY if self.request.GET.get("by") == ENTITY else CLIENT

    @cached_property
    def age(self) -> int | None:
        asked = self.request.GET.get("age", "")
        return int(asked) if asked in {str(place) for place in range(len(AGES))} else None

    @cached_property
    def debts(self) -> list[OpenDebt]:
        return aged.open_debts(self.on, self.kind, user=self.user, chosen=scope.current(self.request))

    @cached_property
    def everybody(self) -> list[AgedParty]:
        return aged.by_party(self.debts, self.on, self.by)

    @cached_property
    def parties(self) -> list[AgedParty]:
        """Those that the address asks for."""
        words = self.request.GET.get("q", "").strip().casefold()
        rows = [party for party in self.everybody if words in party.name.casefold()]
        if self.age is not None:
            rows = [party for party in rows if party.amounts[self.age]]
            rows.sort(key=lambda party: -party.amounts[self.age or 0])
        return rows

    @cached_property
    def currency(self) -> str:
        """The base currency all debts are told in."""
        return home_currency()

    def address(self, **changes: Any) -> str:
        query = self.request.GET.copy()
        query.pop("page", None)
        for name, value in changes.items():
            query.pop(name, None)
            if value not in (None, ""):
                query[name] = str(value)
        return f"?{query.urlencode()}"


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
    def days(self) -> aged.Days:
        return aged.by_day(self.debts)

    @cached_property
    def ranking(self) -> aged.Ranking:
        """Everybody, the largest first; names are read of those that are shown."""
        return aged.Ranking(self.debts, self.on, self.by)

    @property
    def is_narrowed(self) -> bool:
        return self.age is not None or bool(self.request.GET.get("q", "").strip())

    def get(self, request: HttpRequest) -> HttpResponse:
        sums = aged.totals_of(self.days, self.on)
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
        days = aged.days_to_pay(self.on, user=self.user, kind=self.kind)
        soon = aged.due_between(self.days, self.on, self.on + timedelta(days=6))
        return [
            Stat(self.owed, cells.exact_money(whole, self.currency), said % {"clients": clients, "count": count}),
            Stat(
                _("Overdue"), cells.exact_money(late, self.currency), self._compared(late, whole), "bad" if late else ""
            ),
            Stat(self.slow, days if days is not None else "–", _("in the last 90 days")),
            Stat(_("Due within 7 days"), cells.exact_money(soon, self.currency), _("if everybody pays on the day")),
        ]

    def _compared(self, late: Decimal, whole: Decimal) -> str:
        """The share that is late, and how it was at the end of the month before."""
        share = percent_of(late, whole)
        points = (share - self.books.was_late).quantize(Decimal("0.1"))
        told = {"share": cells.number(share.quantize(Decimal("0.1"))), "points": cells.number(abs(points))}
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
        weeks = aged.weeks_ahead(self.days, aged.by_day(self.books.others), on=self.on, balance=balance)
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


class AgedDocuments(Aged):
    """The documents behind a figure: of a client or legal entity, of an age, on a day."""

    template_name = "finance/aged_documents.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        key = request.GET.get("key", "")
        debts = [debt for debt in self.debts if self.age is None or debt.age(self.on) == self.age]
        if key.isdigit():
            wanted = int(key)
            debts = [debt for debt in debts if (debt.client_id if self.by == CLIENT else debt.entity_id) == wanted]
        party = next((one for one in self.everybody if key == str(one.key)), None)
        rows = aged.documents_of(debts[:DOCUMENTS], self.on)
        context = {
            "view": self,
            "rows": rows,
            "total": sum((debt.amount for debt in debts), ZERO),
            "left_out": max(len(debts) - DOCUMENTS, 0),
            "party": party,
            "on": self.on,
            "age_words": AGES[self.age] if self.age is not None else "",
        }
        return render(request, self.template_name, context)


class ReceivableDocuments(AgedDocuments):
    pass


class PayableDocuments(AgedDocuments):
    action = "finance.view_bill"
    kind, heading, owed, name = InvoiceKind.BILL, gettext_lazy("Payables"), gettext_lazy("We owe"), "payables"


class AgedExport(Aged):
    """The table as a file, with all its rows."""

    def beside(self) -> tuple[list[str], dict[int, list[str]]]:
        """Further columns: their heads, and their cells by client."""
        return [], {}

    action = "core.export_rows"
    needed = "finance.view_invoice"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not policy.allows(request.user, self.needed):  # type: ignore[arg-type]
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        one = _("Supplier") if self.kind == InvoiceKind.BILL else _("Client")
        first = _("Legal entity") if self.by == ENTITY else one
        more, beside = self.beside()
        head = [first, *(str(label) for label in AGES), _("Total"), _("Owner"), *more]
        nothing = [""] * len(more)
        rows = [
            [party.name, *party.amounts, party.total, party.owner, *beside.get(party.client_id, nothing)]
            for party in self.parties
        ]
        name = f"{self.name}-{self.on.isoformat()}"
        return sheet(name, [head, *rows], as_xlsx=request.GET.get("format") == "xlsx")


class ReceivablesExport(AgedExport):
    """With what was last done about each."""

    def beside(self) -> tuple[list[str], dict[int, list[str]]]:
        acts = last_actions(list({party.client_id for party in self.parties}), self.user)
        told = {pk: [_told(act)] for pk, act in acts.items()}
        return [_("Last action")], told


def _told(act: LastAction) -> str:
    return f"{act.what}, {cells.moment(act.at)}"


class PayablesExport(AgedExport):
    needed = "finance.view_bill"
    kind, name = InvoiceKind.BILL, "payables"
