"""The list and card of a quote."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.ui import amounts, cells
from core.ui.lists import ListScreen, Total
from core.ui.records import Act, RecordScreen, Stat
from sales.choices import DealStatus, QuoteStatus
from sales.models import Quote
from sales.registers.quotes import TONES
from sales.selectors.quotes import Worth, worth_of
from sales.templatetags.sales import percent

SEE_COSTS = "sales.view_costs"


class QuoteList(ListScreen):
    totals = (Total(gettext_lazy("Net"), Sum("net_amount")),)


class QuoteCard(RecordScreen):
    @cached_property
    def worth(self) -> Worth:
        return worth_of(self.record, self.record.lines.order_by("position"))

    @cached_property
    def revisions(self) -> list[Quote]:
        """All versions of the deal's quote, the newest first."""
        return list(Quote.objects.filter(deal=self.record.deal_id).order_by("-revision"))

    def badges(self) -> Iterator[SafeString]:
        quote = self.record
        yield cells.tag(quote.get_status_display(), TONES.get(quote.status, ""))
        if quote.status == QuoteStatus.SENT and quote.valid_until and quote.valid_until < timezone.localdate():
            yield cells.tag(_("Its time is over"), "warn")

    def subtitle(self) -> Iterator[SafeString | str]:
        quote = self.record
        client = quote.deal.client
        yield format_html('<a href="{}">{}</a>', reverse("crm:client_card", args=[client.pk]), client)
        yield format_html('<a href="{}">{}</a>', reverse("sales:deal_card", args=[quote.deal_id]), quote.deal.name)
        if quote.deal.owner:
            yield format_html("{} {}", cells.avatar(str(quote.deal.owner)), quote.deal.owner)
        for other in self.revisions:
            if other.pk != quote.pk:
                told = _("Version {number}: {status}").format(number=other.revision, status=other.get_status_display())
                yield format_html('<a href="{}">{}</a>', self.register.url_of(other), told)

    def stats(self) -> list[Stat]:
        quote, currency = self.record, self.record.currency_id
        made = [
            Stat(_("Net"), amounts.exact_money(quote.net_amount, currency)),
            Stat(_("Tax"), amounts.exact_money(quote.tax_amount, currency)),
            Stat(_("To pay"), amounts.exact_money(quote.gross_amount, currency)),
        ]
        if policy.allows(self.user, SEE_COSTS):
            said = _("{amount} over cost").format(amount=amounts.exact_money(self.worth.margin, currency))
            if self.worth.uncosted:
                said = _("Lines whose cost nobody knows: {count}").format(count=self.worth.uncosted)
            margin = percent(self.worth.margin_pct) if self.worth.cost else "–"
            made.append(Stat(_("Margin"), margin, said, "warn" if self.worth.uncosted else ""))
        return [*made, *self.told_by_others()]

    def acts(self) -> list[Act]:
        quote, user = self.record, self.user
        may = lambda action: policy.allows(user, action, quote)  # noqa: E731 - short and used four times
        made: list[Act] = []
        if len(self.revisions) > 1:
            made.append(Act(_("Compare"), "git-compare", self._at("quote_compare")))
        if quote.status == QuoteStatus.DRAFT:
            if may("sales.draft_quote"):
                made.append(Act(_("Edit the lines"), "edit", self._at("quote_edit_lines")))
            if may("sales.send_quote"):
                made.append(Act(_("Send to client"), "send", self._at("quote_send"), primary=True))
            return made
        if quote.status == QuoteStatus.SENT:
            if may("sales.send_quote"):
                made.append(Act(_("Mail again"), "mail", self._at("quote_send")))
            if may("sales.accept_quote"):
                made.append(Act(_("Refused"), "x", self._at("quote_refuse")))
                made.append(Act(_("Accepted"), "check", self._at("quote_accept"), primary=True))
        if quote.deal.status == DealStatus.OPEN and may("sales.draft_quote"):
            made.insert(0, Act(_("New version"), "copy", reverse("sales:quote_draft", args=[quote.deal_id])))
        return made

    def _at(self, page: str) -> str:
        return reverse(f"sales:{page}", args=[self.record.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(worth=self.worth, **kwargs)
