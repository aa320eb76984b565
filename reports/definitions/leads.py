"""Leads of a period, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.money import percent_of
from crm.models import Lead
from reports.definitions.parts import ONE, one_where, parts
from reports.indicators import Indicator, Params, Rows, register


def received(params: Params) -> QuerySet[Any]:
    return params.of_owner(params.scope.within(Lead.objects.all(), "received_at"))


def converted(params: Params) -> QuerySet[Any]:
    return received(params).filter(deal__isnull=False)


def _conversion(params: Params) -> Decimal:
    return percent_of(Decimal(converted(params).count()), Decimal(received(params).count()))


def _conversion_records(params: Params) -> Sequence[Rows]:
    return [parts(received(params), one_where(Q(deal__isnull=False)), ONE)]


register(
    Indicator(
        "leads", _("Leads"), "count", "crm.view_lead",
        lambda p: Decimal(received(p).count()), lambda p: [parts(received(p), ONE)],
        help=_("Leads that came in on the days of the period."),
    ),
    Indicator(
        "leads_converted", _("Leads converted"), "count", "crm.view_lead",
        lambda p: Decimal(converted(p).count()), lambda p: [parts(converted(p), ONE)],
        help=_("Leads of the period that have become a deal by now."),
    ),
    Indicator(
        "lead_conversion", _("Leads converted, %"), "percent", "crm.view_lead", _conversion, _conversion_records,
        part_label=_("Converted"), help=_("Leads of the period that have become a deal, of all leads of the period."),
    ),
)  # fmt: skip
