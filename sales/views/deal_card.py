"""The card of a deal: how far it is, its thread, what to do next, who is in it and what happened."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import policy
from core.ui import amounts, cells, daywords, registers
from core.ui.facts import Fact
from core.ui.records import Act, RecordScreen, RecordView, Section
from core.ui.shell import address
from crm.selectors.steps import next_step_of
from sales.choices import DealStatus
from sales.registers.deals import TONES, weighted
from sales.selectors.deal_thread import Thread, late_words, thread_of
from sales.selectors.stage_bar import cycle_hours, stage_bar
from sales.views.deal_steps import step_urls
from sales.views.thread_links import step_url

ONLY_CLOSED = frozenset({"lost_reason", "lost_note", "won_without_quote"})


class DealCard(RecordScreen):
    template_name = "sales/deal_card.html"
    sections = (
        Section("overview", gettext_lazy("Overview")),
        Section("thread", gettext_lazy("Thread")),
        *RecordScreen.sections[1:],
    )

    def record_rows(self) -> Any:
        return super().record_rows().select_related("lead", "organization")

    @property
    def is_open(self) -> bool:
        return bool(self.record.status == DealStatus.OPEN)

    def may_change(self) -> bool:
        return self.is_open and super().may_change()

    @cached_property
    def bar(self) -> list[Any]:
        return stage_bar(self.record, timezone.now())

    @cached_property
    def thread(self) -> Thread:
        return thread_of(self.record, today=timezone.localdate())

    def badges(self) -> Iterator[SafeString]:
        deal = self.record
        if not self.is_open:
            yield cells.tag(deal.get_status_display(), TONES.get(deal.status, ""))
        late = late_words(self.thread)
        if late:
            yield cells.tag(late, "bad")

    def subtitle(self) -> Iterator[SafeString | str]:
        deal = self.record
        if deal.client_id:
            known = policy.allows(self.user, "crm.view_client", deal.client)
            url = registers.by_key("crm.client").url_of(deal.client) if known else ""
            yield format_html('<a href="{}">{}</a>', url, deal.client) if url else str(deal.client)
        yield format_html('<b class="tn">{}</b>', amounts.whole_money(deal.amount, deal.currency_id))
        if deal.closed_at:
            yield _("Closed %(day)s") % {"day": daywords.day(timezone.localtime(deal.closed_at).date())}
        elif deal.expected_close:
            yield _("Closes %(day)s") % {"day": daywords.day(deal.expected_close)}
        if deal.owner:
            yield format_html("{} {}", cells.avatar(str(deal.owner)), deal.owner)

    def acts(self) -> list[Act]:
        deal, user = self.record, self.user
        if not self.is_open or not policy.allows(user, "sales.close_deal", deal):
            return []
        urls = step_urls(deal.pk)
        return [
            Act(_("Won"), "trophy", urls["win"], tone="ok"),
            Act(_("Lost"), "x", urls["lose"]),
        ]

    def next_step(self) -> Any:
        return next_step_of(self.record, self.user) if self.is_open else None

    def facts(self, shown: list[Fact]) -> list[Fact]:
        """The facts of the register without those that only closing writes, and what is counted from the way."""
        deal = self.record
        kept = [fact for fact in shown if fact.name not in ONLY_CLOSED or fact.value]
        own = (
            [Fact("weighted", _("Weighted"), amounts.exact_money(weighted(deal), deal.currency_id))]
            if self.is_open
            else []
        )
        hours = cycle_hours(self.bar)
        label = _("So far") if self.is_open else _("Cycle")
        days = int(hours / 24)
        if self.is_open and days:
            text = ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
        elif self.is_open:
            text = ngettext("%(hours)d hour", "%(hours)d hours", int(hours)) % {"hours": int(hours)}
        else:  # what is over is measured to the hundredth
            text = _("%(days)s d, %(hours)s h") % {"days": days, "hours": amounts.number(hours)}
        own.append(Fact("cycle", label, text))
        if deal.lead is not None and deal.lead.response_minutes is not None:
            own.append(Fact("response", _("First answer"), daywords.waited(deal.lead.response_minutes)))
        place = next((number for number, fact in enumerate(kept) if fact.name == "client"), len(kept))
        return [*kept[:place], *own, *kept[place:]]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if "facts" in context:
            context["facts"] = self.facts(context["facts"])
        return {
            **context,
            "bar": self.bar,
            "thread": self.thread,
            "may_move": self.is_open and self.register.may(self.user, "sales.move_deal", self.record),
            "step_urls": step_urls(self.record.pk),
        }

    def _thread(self) -> dict[str, Any]:
        """Every step of the orders behind the deal, with the way to its record."""
        return {
            "steps": [(step, step_url(step)) for step in self.thread.steps],
            "order_url": address("sales:order_list"),
        }


class DealThread(RecordView):
    """The thread alone: the card asks for it every 20 seconds while somebody looks."""

    def record_rows(self) -> Any:
        return super().record_rows().select_related("lead", "organization")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = {
            "record": self.record,
            "url": self.register.url_of(self.record),
            "thread": thread_of(self.record, today=timezone.localdate()),
        }
        return render(request, "sales/_deal_thread.html", context)
