from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.ui import registers
from core.ui.filters import PeopleFilter, PeriodFilter, RecordFilter
from core.ui.registers import Register
from core.ui.tables import Column, Kind
from sales.choices import ApprovalStatus
from sales.models import Approval, Quote

TONES = {"asked": "warn", "granted": "ok", "refused": "bad"}


class ApprovalFilter(RecordFilter):
    status = django_filters.MultipleChoiceFilter(choices=ApprovalStatus.choices, label=_("Status"))
    asked_by = PeopleFilter(label=_("Asked by"))
    asked_at = PeriodFilter(label=_("Asked"))

    class Meta:
        model = Approval
        fields = ()

    def by_text(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Approvals are found by their quotes."""
        from core.search.selectors import matching

        return queryset.filter(quote__in=matching(Quote.objects.all(), value))


@registers.add
class Approvals(Register):
    """Quotes that go beyond their seller's limit and wait for somebody with a higher one."""

    model, name, plural, icon, section = Approval, "approval", "approvals", "rosette-discount-check", "sell"
    called, called_many = _("approval"), _("approvals")
    labels = {"decided_at": _("Decided")}
    view_action = "sales.view_approval"
    filter_class = ApprovalFilter
    guarded = {"margin_pct": "sales.view_costs"}
    facts = (
        "status",
        "discount_pct",
        "margin_pct",
        "reason",
        "asked_by",
        "asked_at",
        "decided_by",
        "decided_at",
        "remark",
    )
    default_sort = "-asked_at"
    columns = (
        Column("quote", _("Quote"), value=str, sort="quote__number", on_phone=True),
        Column("status", _("Status"), Kind.CHOICE, sort="status", tones=TONES, on_phone=True),
        Column("client", _("Client"), Kind.LINK, path="quote.deal.client", sort="quote__deal__client__name"),
        Column(
            "net", _("Net"), Kind.MONEY, path="quote.net_amount", sort="quote__net_amount", currency="quote.currency_id"
        ),
        Column("discount_pct", _("Discount"), Kind.PERCENT, sort="discount_pct"),
        Column("margin_pct", _("Margin"), Kind.PERCENT, sort="margin_pct"),
        Column("reason", _("Reason")),
        Column("asked_by", _("Asked by"), Kind.USER, sort="asked_by__first_name"),
        Column("asked_at", _("Asked"), Kind.AGO, sort="asked_at"),
        Column("decided_by", _("Decided by"), Kind.USER, sort="decided_by__first_name", shown=False),
        Column("remark", _("Remark"), shown=False),
    )

    @property
    def empty_text(self) -> Any:
        return _("Nobody asked for a discount beyond the limits.")

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return self.visible_to(user).select_related(
            "quote__deal__client", "quote__deal__owner", "quote__currency", "asked_by", "decided_by"
        )

    def second_line(self, record: Approval) -> str:
        return record.quote.deal.client.name
