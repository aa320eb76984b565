"""Receivables and payables by age as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core import policy
from core.ui import daywords
from finance.choices import InvoiceKind
from finance.selectors.acting import LastAction, last_actions
from finance.selectors.aged import AGES, ENTITY
from finance.views.aged import Aged
from finance.views.sheets import sheet


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
    return f"{act.what}, {daywords.moment(act.at)}"


class PayablesExport(AgedExport):
    needed = "finance.view_bill"
    kind, name = InvoiceKind.BILL, "payables"
