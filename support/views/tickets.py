"""The list and card of complaints, and the steps of one: taken, waiting, decided, closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core import policy
from core.errors import DomainError
from core.ui import cells, registers
from core.ui.access import Guarded
from core.ui.edits import CreateScreen
from core.ui.lists import ListScreen
from core.ui.records import Act, RecordScreen
from core.ui.sending import key_of, known_of, seen_of, send_once
from core.ui.shell import address
from core.ui.toasts import toast
from crm.models import Client
from sales.models import SalesOrder
from support.choices import TicketStatus
from support.forms import NoteForm, ResolveForm
from support.models import Ticket
from support.registers import SEVERITY_TONES, TICKET_TONES
from support.selectors.clocks import clock_of
from support.services import tickets

RUNNING = (TicketStatus.NEW, TicketStatus.WORKING, TicketStatus.WAITING)


class TicketList(ListScreen):
    def cell(self, column: Any, record: Any, value: Any) -> str:
        """The moment an answer is due, and what the clock says of it."""
        written = super().cell(column, record, value)
        clock = clock_of(record, timezone.now()) if column.name == "sla_due_at" else None
        return format_html("{} {}", written, cells.tag(clock.text, clock.tone)) if clock and clock.tone else written


class TicketNew(CreateScreen):
    """A new ticket; opened from a card it knows its client and order."""

    def make_form(self, data: Any = None) -> Any:
        form = super().make_form(data)
        user = self.user
        client, order = self.request.GET.get("client", ""), self.request.GET.get("order", "")
        if client.isdigit() and Client.objects.visible_to(user).filter(pk=client).exists():
            form.fields["client"].chosen_id = int(client)
        if order.isdigit() and SalesOrder.objects.visible_to(user).filter(pk=order).exists():
            form.fields["order"].chosen_id = int(order)
        return form


class TicketCard(RecordScreen):
    def badges(self) -> Iterator[SafeString]:
        ticket = self.record
        yield cells.tag(ticket.get_status_display(), TICKET_TONES.get(ticket.status, ""))
        if ticket.severity != "normal":
            yield cells.tag(ticket.get_severity_display(), SEVERITY_TONES.get(ticket.severity, ""))
        clock = clock_of(ticket, timezone.now())
        if clock is not None:
            yield cells.tag(clock.text, clock.tone)

    def subtitle(self) -> Iterator[SafeString | str]:
        ticket = self.record
        yield ticket.subject
        yield format_html('<a href="{}">{}</a>', reverse("crm:client_card", args=[ticket.client_id]), ticket.client)
        if ticket.order_id:
            url = address("sales:order_card", ticket.order_id)
            yield format_html('<a href="{}">{}</a>', url, ticket.order) if url else str(ticket.order)
        if ticket.owner:
            yield format_html("{} {}", cells.avatar(str(ticket.owner)), ticket.owner)

    def acts(self) -> list[Act]:
        ticket, user, pk = self.record, self.user, [self.record.pk]
        made = []
        if ticket.status in RUNNING and policy.allows(user, "support.work_ticket", ticket):
            if ticket.status != TicketStatus.WORKING:
                label = _("Take it") if ticket.status == TicketStatus.NEW else _("Go on")
                is_first = not policy.allows(user, "support.resolve_ticket", ticket)
                made.append(Act(label, "player-play", reverse("support:ticket_take", args=pk), is_first, post=True))
            if ticket.status != TicketStatus.WAITING:
                made.append(Act(_("Wait for client"), "clock-pause", reverse("support:ticket_wait", args=pk)))
        if ticket.status in RUNNING and policy.allows(user, "support.resolve_ticket", ticket):
            made.append(Act(_("Decide"), "gavel", reverse("support:ticket_resolve", args=pk), primary=True))
        if ticket.status == TicketStatus.RESOLVED and policy.allows(user, "support.work_ticket", ticket):
            made.append(Act(_("Close"), "check", reverse("support:ticket_close", args=pk), primary=True, post=True))
        return made

    def may_change(self) -> bool:
        return self.record.status != TicketStatus.CLOSED and super().may_change()


class OfTicket(Guarded, View):
    """A step of a ticket the user may know of."""

    action = "support.work_ticket"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            rows = Ticket.objects.visible_to(request.user, "support.view_ticket").select_related("client", "order")
            self.ticket = get_object_or_404(rows, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    @property
    def card(self) -> str:
        return registers.by_key("support.ticket").url_of(self.ticket)

    def done(self, request: HttpRequest, work: Any, told: str) -> HttpResponse:
        try:
            work()
            toast(request, told)
        except DomainError as refused:
            toast(request, refused, level="bad")
        return HttpResponseRedirect(self.card)


class TicketTake(OfTicket):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user: Any = request.user
        return self.done(
            request,
            lambda: tickets.take_ticket(ticket_id=pk, at=timezone.now(), by=user, owner_id=user.pk),
            _("You work on it now."),
        )


class TicketClose(OfTicket):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user: Any = request.user
        return self.done(
            request, lambda: tickets.close_ticket(ticket_id=pk, at=timezone.now(), by=user), _("The ticket is closed.")
        )


class AskedStep(OfTicket):
    """A step that asks something first: 422 for a wrong form, 409 for a refusal, both with what was typed."""

    heading: Any = ""
    template = "crm/compose.html"
    sees = ("status",)

    def form(self, data: Any = None) -> forms.Form:
        raise NotImplementedError

    def keep(self, data: dict[str, Any]) -> None:
        raise NotImplementedError

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(self.form(), 200)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if known_of(request) is not None:
            return self._done()
        form = self.form(request.POST)
        if not form.is_valid():
            return self._page(form, 422)

        def run() -> str:
            self.keep(form.cleaned_data)
            return "kept"

        try:
            send_once(request, run, record=self.ticket, sees=self.sees)
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self._page(form, 409)
        return self._done()

    def _done(self) -> HttpResponse:
        toast(self.request, _("Saved."))
        return HttpResponseRedirect(self.card)

    def _page(self, form: forms.Form, status: int) -> HttpResponse:
        context = {"form": form, "record": self.ticket, "record_url": self.card, "heading": self.heading}
        context |= {"key": key_of(self.request), "seen": seen_of(self.request, self.ticket, self.sees)}
        return render(self.request, self.template, context, status=status)


class TicketWait(AskedStep):
    heading = gettext_lazy("Wait for the client")

    def form(self, data: Any = None) -> forms.Form:
        return NoteForm(data)

    def keep(self, data: dict[str, Any]) -> None:
        tickets.wait_for_client(ticket_id=self.ticket.pk, note=data["note"], at=timezone.now(), by=self.request.user)  # type: ignore[arg-type]


class TicketResolve(AskedStep):
    action = "support.resolve_ticket"
    heading = gettext_lazy("Decide on the complaint")

    def form(self, data: Any = None) -> forms.Form:
        may_see = policy.allows(self.request.user, "sales.view_costs")  # type: ignore[arg-type]
        return ResolveForm(data, may_see_costs=may_see, initial={"cause": self.ticket.cause})

    def keep(self, data: dict[str, Any]) -> None:
        tickets.resolve_ticket(ticket_id=self.ticket.pk, at=timezone.now(), by=self.request.user, **data)  # type: ignore[arg-type]
