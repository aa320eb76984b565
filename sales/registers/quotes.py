from __future__ import annotations

from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.money import percent_of
from core.ui import registers, remarks
from core.ui.filters import PeopleFilter, PeriodFilter, RecordFilter
from core.ui.registers import Register
from core.ui.tables import Column, Kind
from sales.choices import QuoteStatus
from sales.models import Quote

TONES = {"draft": "", "sent": "info", "accepted": "ok", "refused": "bad", "expired": "warn", "superseded": ""}


def margin_of(quote: Any) -> Decimal | None:
    """What is left of the net after the cost, in percent, of a quote or a line of one; None where no cost is known."""
    if not quote.cost_amount:
        return None
    return percent_of(quote.net_amount - quote.cost_amount, quote.net_amount)


class QuoteFilter(RecordFilter):
    status = django_filters.MultipleChoiceFilter(choices=QuoteStatus.choices, label=_("Status"))
    owner = PeopleFilter(field_name="deal__owner", label=_("Owner"))
    drafted_at = PeriodFilter(label=_("Written"))
    sent_at = PeriodFilter(label=_("Sent"))
    valid_until = PeriodFilter(label=_("Valid until"))
    net_amount = django_filters.RangeFilter(label=_("Net"))

    class Meta:
        model = Quote
        fields = ()


@registers.add
class Quotes(Register):
    """Offers in all their revisions. A draft is written in its editor; a sent one never changes."""

    model, name, plural, icon, section = Quote, "quote", "quotes", "file-description", "sell"
    rows_are_steady = True
    called, called_many = _("quote"), _("quotes")
    labels = {"decided_at": _("Decided")}
    view_action = "sales.view_quote"
    filter_class = QuoteFilter
    guarded = {"cost_amount": "sales.view_costs", "margin": "sales.view_costs"}
    facts = (
        "status",
        "legal_entity",
        "valid_until",
        "drafted_at",
        "sent_at",
        "decided_at",
        "accepted_by_name",
        "terms",
    )
    default_sort = "-drafted_at"
    columns = (
        Column("number", _("Quote"), sort="number", on_phone=True),
        Column("revision", _("Version"), Kind.NUMBER, sort="revision"),
        Column("status", _("Status"), Kind.CHOICE, sort="status", tones=TONES, on_phone=True),
        Column("client", _("Client"), Kind.LINK, path="deal.client", sort="deal__client__name"),
        Column("deal", _("Deal"), Kind.LINK, sort="deal__name"),
        Column("net_amount", _("Net"), Kind.MONEY, sort="net_amount", currency="currency_id"),
        Column("gross_amount", _("Total"), Kind.MONEY, sort="gross_amount", shown=False, currency="currency_id"),
        Column("margin", _("Margin"), Kind.PERCENT, value=margin_of),
        Column("valid_until", _("Valid until"), Kind.DATE, sort="valid_until"),
        Column("sent_at", _("Sent"), Kind.AGO, sort="sent_at"),
        Column("drafted_at", _("Written"), Kind.AGO, sort="drafted_at", shown=False),
        Column("tags", _("Tags"), Kind.TAGS, batch=remarks.tags_reader(Quote), shown=False),
        Column("owner", _("Owner"), Kind.USER, path="deal.owner", sort="deal__owner__first_name"),
    )

    @property
    def empty_text(self) -> Any:
        return _("A quote is written from its deal.")

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return self.visible_to(user).select_related("deal__client", "deal__owner", "legal_entity__client", "currency")

    def second_line(self, record: Quote) -> str:
        return record.deal.client.name
