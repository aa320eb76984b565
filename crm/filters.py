"""Filters of the lists of clients, persons and leads."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from core.models import Branch
from core.ui.filters import PeopleFilter, PeriodFilter, RecordFilter
from crm.choices import ClientStatus
from crm.models import Client, Source


class ClientFilter(RecordFilter):
    status = django_filters.MultipleChoiceFilter(choices=ClientStatus.choices, label=_("Status"))
    segment = django_filters.CharFilter(lookup_expr="iexact", label=_("Segment"))
    industry = django_filters.CharFilter(lookup_expr="icontains", label=_("Industry"))
    owner = PeopleFilter(label=_("Owner"))
    branch = django_filters.ModelMultipleChoiceFilter(queryset=Branch.objects.all(), label=_("Branch"))
    first_source = django_filters.ModelMultipleChoiceFilter(
        queryset=Source.objects.filter(is_active=True), label=_("First source")
    )
    is_customer = django_filters.BooleanFilter(label=_("Customer"))
    is_supplier = django_filters.BooleanFilter(label=_("Supplier"))
    created_at = PeriodFilter(label=_("Created"))

    class Meta:
        model = Client
        fields = ()
