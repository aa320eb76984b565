"""The two doors of the editor: an open draft, and a new quote that becomes one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.ui.registers import by_key
from core.ui.toasts import toast
from sales.choices import DealStatus, QuoteStatus
from sales.models import Deal, Quote
from sales.views import lines as table
from sales.views.quote_editor import Editor, with_names
from sales.views.quote_form import head_of


class EditQuote(Editor):
    """The editor of an open draft; a quote that is out is looked at on its card."""

    @cached_property
    def deal(self) -> Deal:
        return self.found.deal

    @cached_property
    def found(self) -> Quote:
        return get_object_or_404(with_names(Quote.objects.visible_to(self.user)), pk=self.kwargs["pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.quote = self.found
        if self.quote.status != QuoteStatus.DRAFT:
            return HttpResponseRedirect(by_key("sales.quote").url_of(self.quote))
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.written_on(self.found)

    def head(self) -> dict[str, Any]:
        return head_of(self.found)

    def rows(self) -> list[dict[str, Any]]:
        return [table.line_of(line) for line in self.found.lines.order_by("position")]


class DraftQuote(Editor):
    """A new version for a deal: begins with the last one, or with what was estimated. Kept with its first change."""

    @cached_property
    def deal(self) -> Deal:
        rows = Deal.objects.visible_to(self.user).select_related("client", "currency", "owner", "organization")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def last(self) -> Quote | None:
        return with_names(Quote.objects.filter(deal=self.deal)).order_by("-revision").first()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.last is not None and self.last.status == QuoteStatus.DRAFT:
            return HttpResponseRedirect(reverse("sales:quote_edit_lines", args=[self.last.pk]))
        if self.deal.status != DealStatus.OPEN:
            toast(request, _("The deal is closed; no quote can be written for it."), level="warn")
            return HttpResponseRedirect(reverse("sales:deal_card", args=[self.deal.pk]))
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page goes on with the draft it made, and says which by its version."""
        knows_draft = request.POST.get("version", "").isdigit()
        if self.last is not None and (knows_draft or self.last.status == QuoteStatus.DRAFT):
            return self.written_on(self.last)
        return super().post(request, *args, **kwargs)

    def head(self) -> dict[str, Any]:
        known = head_of(self.last) if self.last else {"legal_entity": self.deal.legal_entity_id}
        return {**known, "valid_until": None}

    def rows(self) -> list[dict[str, Any]]:
        if self.last is not None:
            return [table.line_of(line) for line in self.last.lines.order_by("position")]
        asked = self.deal.estimate_requests.order_by("-asked_at").first()
        lines = asked.lines.select_related("item").order_by("pk") if asked else ()
        return [{**table.new_line(line.item), "qty": table.typed(line.qty)} for line in lines]
