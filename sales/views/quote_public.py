"""The client's page of a quote: read it, take the PDF, accept it with name and signature, or say no and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from core.errors import DomainError, LinkNotUsable
from core.services.attachments import NotAPicture, PictureTooLarge
from core.tax import DocumentTotals
from sales.choices import QuoteStatus
from sales.models import Quote, QuoteLine, SalesOrder
from sales.selectors.links import QUOTE, order_link, quote_links
from sales.selectors.options import sections_of, totals_with
from sales.services import clients_answers
from sales.services.lines import day_of
from sales.views.public import PublicPage, drawn_signature


class AcceptForm(forms.Form):
    """`seen` is the sum that stood on the page when the client said yes: he orders for no other one."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    signature = forms.CharField(widget=forms.HiddenInput, required=False)
    seen = forms.DecimalField(widget=forms.HiddenInput, required=False)


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("What speaks against it?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class OfQuote(PublicPage):
    purpose, model = QUOTE, Quote
    record: Quote

    def find(self, record_id: int) -> Quote:
        rows = Quote.objects.select_related("deal__organization", "deal__owner", "legal_entity__client", "currency")
        return rows.get(pk=record_id)

    def language(self) -> str:
        return self.record.legal_entity.client.language

    @cached_property
    def state(self) -> str:
        """open, accepted, refused, expired, superseded: what the client can still do."""
        quote = self.record
        if quote.status == QuoteStatus.SENT:
            over = quote.valid_until and day_of(timezone.now(), quote.deal.organization) > quote.valid_until
            return "expired" if over else "open"
        return str(quote.status)


class QuotePublic(OfQuote):
    """GET shows it; POST with `accept` or `refuse` answers it. What was answered before is told again, kindly."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.page()

    def post(self, request: HttpRequest, token: str) -> HttpResponseBase:
        if "work_out" in request.POST:
            return self.page(accept=AcceptForm(initial=request.POST.dict()))
        return self._refuse(token) if "refuse" in request.POST else self._accept(token)

    @cached_property
    def lines(self) -> list[QuoteLine]:
        return list(self.record.lines.select_related("item__unit").order_by("position"))

    @cached_property
    def options(self) -> list[QuoteLine]:
        return [line for line in self.lines if line.is_optional]

    @cached_property
    def chosen(self) -> set[int]:
        """The options ticked on the page, or those that were ordered."""
        ticked = set(self.request.POST.getlist("option"))
        return {line.pk for line in self.options if line.is_chosen or str(line.pk) in ticked}

    @cached_property
    def totals(self) -> DocumentTotals:
        return totals_with(self.lines, self.chosen)

    def _accept(self, token: str) -> HttpResponseBase:
        form = AcceptForm(self.request.POST)
        if self.state == "accepted":
            return self._again()
        if not form.is_valid():
            return self.page(accept=form, status=422)
        if self.options and form.cleaned_data["seen"] != self.totals.gross:
            return self.page(accept=form, status=422, sum_changed=True)
        try:
            signature = drawn_signature(form.cleaned_data["signature"])
            clients_answers.accept_by_link(
                token=token,
                name=form.cleaned_data["name"],
                signature=signature,
                at=timezone.now(),
                options=sorted(self.chosen),
            )
        except (NotAPicture, PictureTooLarge) as refused:
            form.add_error(None, str(refused))
            return self.page(accept=form, status=422)
        except LinkNotUsable:
            return render(self.request, "sales/link_closed.html", status=404)
        except DomainError:
            return self._refused_by_rule(form)
        return self._again()

    def _refuse(self, token: str) -> HttpResponseBase:
        form = RefuseForm(self.request.POST)
        if self.state == "refused":
            return self._again()
        if not form.is_valid():
            return self.page(refuse=form, status=422)
        try:
            clients_answers.refuse_by_link(token=token, reason=form.cleaned_data["reason"], at=timezone.now())
        except LinkNotUsable:
            return render(self.request, "sales/link_closed.html", status=404)
        except DomainError:
            return self._refused_by_rule(form)
        return self._again()

    def _refused_by_rule(self, form: forms.Form) -> HttpResponse:
        """A rule of the house said no. Its words are for colleagues: the client hears whom to ask."""
        self.record = self.find(self.record.pk)
        del self.state
        return self.page(cannot=self.state == "open", status=409)

    def _again(self) -> HttpResponse:
        return HttpResponseRedirect(self.request.path)

    def page(self, *, status: int = 200, **more: Any) -> HttpResponse:
        quote = self.record
        order = SalesOrder.objects.filter(quote=quote).select_related("organization").first()
        context = {
            "quote": quote,
            "state": self.state,
            "sections": [
                (section, [line for line in section.lines if not line.is_optional or line.is_chosen])
                for section in sections_of(self.lines)
            ],
            "options": [] if order else self.options,
            "chosen": self.chosen,
            "net": self.totals.net,
            "tax_groups": self.totals.groups,
            "seen": str(self.totals.gross),
            "gross": order.gross_amount if order else self.totals.gross,
            "currency": quote.currency_id,
            "sender": quote.deal.organization,
            "owner": quote.deal.owner,
            "accept": AcceptForm(),
            "refuse": RefuseForm(),
            "order": order,
            "order_url": order_link(order) if order else "",
            "newer_url": self._newer(),
            **more,
        }
        return render(self.request, "sales/quote_public.html", context, status=status)

    def _newer(self) -> str:
        """Where the version that took this one's place is answered."""
        if self.state != "superseded":
            return ""
        newer = Quote.objects.filter(deal=self.record.deal_id, revision__gt=self.record.revision)
        links = quote_links(newer.exclude(status=QuoteStatus.DRAFT).order_by("-revision")[:1])
        return next(iter(links.values()), "")


class QuotePublicPaper(OfQuote):
    """The PDF of the quote."""

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        return self.paper("sales.quote", self.record.pk)
