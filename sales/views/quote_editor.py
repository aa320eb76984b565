"""The editor of a draft quote: lines, prices, totals, limits. A plain form that htmx refines."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views import View

from core import policy
from core.documents.figures import spoken
from core.errors import DomainError, NotAllowed, StaleVersion
from core.ui.access import Guarded
from core.ui.registers import by_key
from core.ui.toasts import toast
from sales.choices import QuoteStatus
from sales.models import Deal, Quote
from sales.selectors.quotes import leave_of, worth_of
from sales.services import quote_drafts
from sales.views import lines as table
from sales.views import shown_lines
from sales.views.quote_form import QuoteForm, head_of

SEE_COSTS = "sales.view_costs"
WORDS = {"add", "add_id", "remove", "up", "section"}  # buttons that change the table and are answered by the table anew


class Editor(Guarded, View):
    """What a new and an open draft have in common: the form, what a button asks for, and the answer."""

    action = "sales.draft_quote"
    template, partial, figures = "sales/quote_editor.html", "sales/_quote_editor.html", "sales/_quote_figures.html"
    quote: Quote | None = None

    @property
    def user(self) -> Any:
        return self.request.user

    @cached_property
    def deal(self) -> Deal:
        raise NotImplementedError

    @property
    def is_button(self) -> bool:
        """Was the table to change? What asks for the figures alone may carry the name of the last button along."""
        asks_figures = bool(self.request.htmx) and self.request.htmx.target == "quote-figures"  # type: ignore[attr-defined]
        return bool(WORDS & set(self.request.POST)) and not asks_figures

    def rows(self) -> list[dict[str, Any]]:
        """What the table begins with."""
        raise NotImplementedError

    def head(self) -> dict[str, Any]:
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        may_look = request.user.is_authenticated and policy.allows(request.user, "sales.view_quote")
        if may_look and not policy.allows(self.user, "sales.draft_quote", self.deal):
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer(QuoteForm(deal=self.deal, initial=self.head()), table.lines_from(self.rows()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.is_button:
            return self.rearranged()
        form, lines = QuoteForm(request.POST, deal=self.deal), table.typed_lines(request.POST, self.user)
        if not (form.is_valid() and lines.is_valid()):
            return self.answer(form, lines, status=422)
        if not lines.forms:
            form.add_error(None, _("Add at least one line."))
            return self.answer(form, lines, status=422)
        return self.save(form, lines)

    def rearranged(self) -> HttpResponseBase:
        """A line more, less, or further up; the result is kept like any change."""
        data, found = self.request.POST, []
        rows = table.changed_rows(data)
        if data.get("add_id", "").isdigit():
            rows += [table.new_line(item, data) for item in table.sold_items(self.user).filter(pk=data["add_id"])]
        elif "add" in data:
            found = table.found_items(data.get("search", ""), self.user)
            if len(found) == 1:
                rows.append(table.new_line(found[0], data))
                found = []
            elif not found and data.get("search", "").strip():
                return self.answer(
                    QuoteForm(data, deal=self.deal), table.lines_from(rows), status=422, not_found=data["search"]
                )
        form, lines = QuoteForm(data, deal=self.deal), table.typed_lines(table.as_sent(rows), self.user)
        if found or not rows or not (form.is_valid() and lines.is_valid()):
            return self.answer(form, lines if rows else table.lines_from([]), found=found)
        return self.save(form, lines, whole=True)

    def save(self, form: QuoteForm, lines: table.Lines, *, whole: bool = False) -> HttpResponseBase:
        """One service call: the draft as it stands on the page."""
        head, version = form.cleaned_data, self.request.POST.get("version", "")
        try:
            quote = quote_drafts.draft_quote(
                deal_id=self.deal.pk,
                legal_entity_id=head["legal_entity"].pk,
                lines=lines.drafts(),
                at=timezone.now(),
                by=self.user,
                valid_until=head["valid_until"],
                terms=head["terms"],
                tax_included=head["tax_included"],
                version=int(version) if version.isdigit() else None,
            )
        except NotAllowed:
            return self.handle_no_permission()
        except StaleVersion:
            form.add_error(
                None, _("Somebody changed this draft meanwhile. Open it again to see what stands there now.")
            )
            return self.answer(form, lines, status=409, is_stale=True)
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self.answer(form, lines, status=409, found=[])
        is_new, self.quote = self.quote is None, _read(quote.pk)
        return self.saved(is_new=is_new, whole=whole)

    def written_on(self, quote: Quote) -> HttpResponseBase:
        """A change to a version that is there already; one that went out meanwhile stays as it is."""
        self.quote = quote
        if quote.status != QuoteStatus.DRAFT:
            toast(self.request, _("This version is out already and was not changed."), level="warn")
            return self.led_to(by_key("sales.quote").url_of(quote))
        return Editor.post(self, self.request)

    def saved(self, *, is_new: bool, whole: bool) -> HttpResponseBase:
        assert self.quote is not None  # noqa: S101 - just written
        editor = reverse("sales:quote_edit_lines", args=[self.quote.pk])
        if "send" in self.request.POST:
            return self.led_to(reverse("sales:quote_send", args=[self.quote.pk]))
        if not self.request.htmx:  # type: ignore[attr-defined]
            if not whole:
                toast(self.request, _("The draft was saved."))
            return self.led_to(f"{editor}?adding=yes" if {"add", "add_id"} & set(self.request.POST) else editor)
        stored = list(self.quote.lines.order_by("position"))
        form = QuoteForm(deal=self.deal, initial=head_of(self.quote))
        lines = table.lines_from([table.line_of(line) for line in stored])
        response = self.answer(form, lines, refilled=table.refilled(lines, self.request.POST), is_first=is_new)
        if is_new:  # the page stays, so that what is typed or pressed meanwhile is not lost with it
            response["HX-Replace-Url"] = editor
        return response

    def led_to(self, url: str) -> HttpResponse:
        if self.request.htmx:  # type: ignore[attr-defined]
            return HttpResponse(status=204, headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)

    def answer(self, form: QuoteForm, lines: table.Lines, *, status: int = 200, **more: Any) -> HttpResponse:
        refined = bool(self.request.htmx) and self.request.method == "POST"  # type: ignore[attr-defined]
        only_figures = refined and not self.is_button
        context = {**self.context(form, lines, saved=status == 200), **more, "oob": only_figures}
        page = self.figures if only_figures else self.partial if refined else self.template
        response = render(self.request, page, context, status=status)
        response["Vary"] = "HX-Request"
        if refined and status == 200:
            response["HX-Trigger"] = "quote-saved"
        return response

    def context(self, form: QuoteForm, lines: table.Lines, *, saved: bool) -> dict[str, Any]:
        quote, user = self.quote, self.user
        stored = list(quote.lines.order_by("position")) if quote else []
        results = stored if saved and len(stored) == len(lines.forms) else []
        worth = worth_of(quote, stored) if quote else None
        leave = leave_of(quote, worth, user) if quote and worth else None
        sees_costs = policy.allows(user, SEE_COSTS)
        floors = (
            [one.min_margin_pct for one in leave.limits.policies if one.min_margin_pct is not None] if leave else []
        )
        return {
            "quote": quote,
            "deal": self.deal,
            "form": form,
            "lines": lines,
            "rows": shown_lines.shown_lines(lines, results, floor=min(floors, default=None)),
            "worth": worth,
            "leave": leave,
            "floor": min(floors, default=None),
            "taxes": list(quote.taxes.order_by("-percent")) if quote else [],
            "sees_costs": sees_costs,
            "language": get_language_info(spoken(self.deal.client.language))["name_local"],
            "earlier": self._earlier(),
            "compare_url": reverse("sales:quote_compare", args=[quote.pk]) if quote and quote.revision > 1 else "",
            "here": reverse("sales:quote_edit_lines", args=[quote.pk]) if quote else self.request.path,
            "list_url": by_key("sales.quote").url("list"),
            "currency": quote.currency_id if quote else self.deal.currency_id,
            "is_saved": bool(quote) and saved,
        }

    def _earlier(self) -> Quote | None:
        sent = Quote.objects.filter(deal=self.deal, sent_at__isnull=False).order_by("-revision")
        return sent.first()


def with_names(quotes: QuerySet[Quote]) -> QuerySet[Quote]:
    return quotes.select_related("deal__client", "deal__owner", "deal__currency", "legal_entity__client", "currency")


def _read(quote_id: int) -> Quote:
    return with_names(Quote.objects.all()).get(pk=quote_id)
