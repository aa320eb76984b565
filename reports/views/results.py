"""What orders earned, and for one of them the way from its estimate to what it cost."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.money import ZERO, percent_of
from core.ui import amounts, registers
from core.ui.tables import Kind
from finance.selectors.results import margin_bridge, order_results
from reports.definitions.orders import finished
from reports.selectors.margins import with_results
from reports.tables import Field, Table
from reports.views.tabled import TableScreen
from sales.models import SalesOrder

EFFECTS = {"usage": gettext_lazy("used more or less"), "price": gettext_lazy("price"), "cost": gettext_lazy("cost")}


class OrderResults(TableScreen):
    """Orders completed in the period with revenue, cost and margin as they stood at its end."""

    data_action = "finance.view_results"
    template_name = "reports/order_results.html"
    file_name = "order-results"
    page = "order_results"

    def seen(self) -> Q:
        return policy.reach_q(self.user, "finance.view_results", SalesOrder)

    @cached_property
    def orders(self) -> list[Any]:
        rows = with_results(finished(self.frame.params).filter(self.seen()), self.frame.params.evening)
        return list(rows.select_related("client", "owner").order_by("-done_at", "-pk"))

    def table(self) -> Table:
        register = registers.of(SalesOrder)
        clients = registers.by_key("crm.client")
        sees_clients = self.frame.may(clients.view_action)
        revenue = sum((row.revenue for row in self.orders), ZERO)
        cost = sum((row.spent for row in self.orders), ZERO)
        return Table(
            [
                Field("number", _("Order"), get=str, total=_("All"), wraps=False,
                      url=lambda row: register.url_of(row) if register else ""),
                Field("client", _("Client"), get=lambda row: str(row.client), on_phone=False, total="",
                      url=lambda row: clients.url("card", row.client_id) if sees_clients else ""),
                Field("owner", _("Manager"), get=lambda row: str(row.owner or ""), on_phone=False, total=""),
                Field("done_at", _("Finished"), Kind.DATE, lambda row: row.done_at.date(), on_phone=False),
                Field("revenue", _("Revenue"), Kind.MONEY, lambda row: row.revenue, on_phone=False, total=revenue),
                Field("cost", _("Cost"), Kind.MONEY, lambda row: row.spent, on_phone=False, total=cost),
                Field("margin", _("Margin"), Kind.MONEY, lambda row: row.margin, self._bridge_url,
                      total=revenue - cost, tone=lambda row: "bad" if row.margin < 0 else ""),
                Field("margin_pct", _("Margin, %"), Kind.PERCENT, lambda row: percent_of(row.margin, row.revenue),
                      total=percent_of(revenue - cost, revenue)),
            ],
            self.orders,
        )  # fmt: skip

    def _bridge_url(self, row: SalesOrder) -> str:
        return f"{self.address(order=str(row.pk))}#bridge"

    def bridge(self) -> dict[str, Any] | None:
        """The steps from the estimate of the chosen order to its cost; they add up to the difference."""
        asked = self.request.GET.get("order", "")
        if not asked:
            return None
        if not asked.isdecimal() or len(asked) > 18:
            raise Http404
        order = SalesOrder.objects.filter(self.seen(), pk=asked).select_related("client").first()
        if order is None:
            raise Http404
        at, currency = self.frame.params.evening, self.frame.currency
        result, parts = order_results([order.pk], at)[order.pk], margin_bridge(order.pk, at)
        total = sum((part.amount for part in parts), ZERO)
        most = max((abs(part.amount) for part in parts), default=ZERO)
        register = registers.of(SalesOrder)
        return {
            "order": order,
            "url": register.url_of(order) if register else "",
            "estimated": amounts.exact_money(result.cost - total, currency),
            "actual": amounts.exact_money(result.cost, currency),
            "revenue": amounts.exact_money(result.revenue, currency),
            "margin": amounts.exact_money(result.margin, currency),
            "margin_pct": result.margin_pct,
            "total": _signed(total),
            "total_tone": "bad" if total > 0 else "ok" if total < 0 else "",
            "parts": [
                {
                    "kind": part.kind.label, "code": part.code, "effect": EFFECTS.get(part.effect, part.effect),
                    "amount": _signed(part.amount), "tone": "bad" if part.amount > 0 else "ok",
                    "width": percent_of(abs(part.amount), most),
                }
                for part in parts
            ],
        }  # fmt: skip

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(bridge=self.bridge(), **kwargs)


def _signed(value: Any) -> str:
    """+€14.40, −€2.00."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{amounts.home_money(abs(value))}"
