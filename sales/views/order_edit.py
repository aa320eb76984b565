"""The editor of a draft order: the same page as for a new one, with what stands in it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.choices import Origin
from core.errors import DomainError, StaleVersion
from core.ui.toasts import toast
from crm.models import Client
from sales.choices import OrderStatus
from sales.models import SalesOrder
from sales.selectors.papers import are_with_tax
from sales.services.order_lines import rewrite_order
from sales.views import lines as table
from sales.views.order_new import OrderHead, OrderNew


class EditOrder(OrderNew):
    """GET shows the draft; the buttons of the table answer with the table; `create` writes it anew."""

    verb = gettext_lazy("Save the order")

    def needed_action(self) -> str | None:
        return self.register.view_action

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        may_look = request.user.is_authenticated and policy.allows(request.user, self.register.view_action)
        if may_look:
            if not policy.allows(self.user, "sales.create_order", self.order):
                return self.handle_no_permission()
            if self.order.status != OrderStatus.DRAFT or self.order.origin != Origin.OWN:
                toast(request, _("Only the lines of a draft can be changed."), level="warn")
                return HttpResponseRedirect(self.register.url_of(self.order))
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def order(self) -> SalesOrder:
        rows = self.register.rows_for(self.user).select_related("client", "warehouse__branch__organization")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def client(self) -> Client | None:
        return self.order.client

    @property
    def title(self) -> str:
        return _("Order {number}").format(number=self.order.number)

    @property
    def version(self) -> str:
        return self.request.POST.get("version") or str(self.order.version)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        order = self.order
        rows = list(order.lines.select_related("item__unit").order_by("position"))
        head = {
            "legal_entity": order.legal_entity_id,
            "warehouse": order.warehouse_id,
            "wished_on": order.wished_on,
            "client_reference": order.client_reference,
            "terms": order.terms,
            "tax_included": are_with_tax(rows),
        }
        form = OrderHead(client=order.client, initial=head)
        lines = table.lines_from([table.line_of(row) for row in rows])
        return self.answer(form, lines, results=rows, totals=_sums(order), branch=self._branch())

    def _branch(self) -> Any:
        return self.order.warehouse.branch if self.order.warehouse else None

    def create(self, form: OrderHead, lines: table.Lines) -> HttpResponse:
        head, version = form.cleaned_data, self.version
        try:
            rewrite_order(
                order_id=self.order.pk,
                legal_entity_id=head["legal_entity"].pk,
                warehouse_id=head["warehouse"].pk,
                lines=lines.drafts(),
                at=timezone.now(),
                by=self.user,
                wished_on=head["wished_on"],
                client_reference=head["client_reference"],
                terms=head["terms"],
                tax_included=head["tax_included"],
                version=int(version) if version.isdigit() else None,
            )
        except StaleVersion:
            form.add_error(
                None, _("Somebody changed this order meanwhile. Open it again to see what stands there now.")
            )
            return self.answer(form, lines, status=409, is_stale=True)
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self.answer(form, lines, status=409)
        toast(self.request, _("Order {number} is saved.").format(number=self.order.number))
        return HttpResponseRedirect(self.register.url_of(self.order))


def _sums(order: SalesOrder) -> dict[str, Any]:
    """The stored sums as the editor shows sums."""
    groups = [
        {"percent": tax.percent, "net": tax.net_amount, "tax": tax.tax_amount}
        for tax in order.taxes.order_by("-percent")
    ]
    return {"net": order.net_amount, "gross": order.gross_amount, "groups": groups}
