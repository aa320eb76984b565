"""The client's page of an order: how far it is, what was ordered, its papers."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.documents import papers
from sales import ports
from sales.choices import OrderStatus
from sales.models import SalesOrder
from sales.selectors.links import ORDER
from sales.selectors.progress import parts_of
from sales.selectors.thread import order_thread
from sales.views.public import PublicPage


@dataclass(frozen=True)
class Offered:
    """A paper the client may open."""

    kind: str
    record_id: int
    label: str


class OfOrder(PublicPage):
    purpose, model = ORDER, SalesOrder
    record: SalesOrder

    def find(self, record_id: int) -> SalesOrder:
        rows = SalesOrder.objects.select_related("organization", "owner", "client", "legal_entity", "currency", "quote")
        return rows.get(pk=record_id)

    def language(self) -> str:
        return self.record.client.language

    @cached_property
    def offered(self) -> list[Offered]:
        """Quote, confirmation, delivery notes, and what other apps let him open."""
        order = self.record
        found: list[Offered] = []
        if order.quote is not None:
            found.append(Offered("sales.quote", order.quote.pk, _named("sales.quote", order.quote.number)))
        if order.status not in (OrderStatus.DRAFT, OrderStatus.CANCELLED):
            found.append(Offered("sales.order", order.pk, _named("sales.order", order.number)))
        for shipment in order.shipments.order_by("shipped_at", "pk"):
            found.append(Offered("sales.delivery_note", shipment.pk, _named("sales.delivery_note", shipment.number)))
        for voice in ports.client_papers(order.pk):
            found += [Offered(one.kind, one.record_id, _named(one.kind, one.number)) for one in voice]
        return found


def _named(kind: str, number: str) -> str:
    return _("{paper} {number}").format(paper=papers.by_kind(kind).label, number=number)


class OrderPublic(OfOrder):
    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        order = self.record
        lines = list(order.lines.select_related("item__unit").order_by("position"))
        context = {
            "order": order,
            "lines": lines,
            "has_discount": any(line.discount_pct for line in lines),
            "parts": parts_of(order, lines, order_thread(order.pk), for_client=True),
            "taxes": order.taxes.order_by("-percent"),
            "papers": self.offered,
            "currency": order.currency_id,
            "sender": order.organization,
            "owner": order.owner,
            "shipments": order.shipments.order_by("shipped_at", "pk"),
        }
        return render(request, "sales/order_public.html", context)


class OrderPublicPaper(OfOrder):
    """One of the papers that the page offers; no other."""

    def get(self, request: HttpRequest, token: str, kind: str, record_id: int) -> HttpResponseBase:
        if all((one.kind, one.record_id) != (kind, record_id) for one in self.offered):
            raise Http404
        return self.paper(kind, record_id)
