"""Filters of the lists of clients, persons and leads."""

from __future__ import annotations

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from core.models import Branch
from core.ui.filters import PeopleFilter, PeriodFilter, RecordFilter
from crm.choices import ClientStatus, ContactKind, LeadStatus, PersonStatus
from crm.models import Client, ContactPoint, Lead, Person, Source, WebForm


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


class PersonFilter(RecordFilter):
    status = django_filters.MultipleChoiceFilter(choices=PersonStatus.choices, label=_("Status"))
    position = django_filters.CharFilter(
        field_name="roles__position", lookup_expr="icontains", label=_("Position"), distinct=True
    )
    owner = PeopleFilter(label=_("Owner"))
    has_email = django_filters.BooleanFilter(method="by_email", label=_("Has an e-mail"))
    created_at = PeriodFilter(label=_("Created"))

    class Meta:
        model = Person
        fields = ()

    def by_email(self, queryset: QuerySet[Person], _name: str, value: bool) -> QuerySet[Person]:
        mails = ContactPoint.objects.filter(person=OuterRef("pk"), kind=ContactKind.EMAIL)
        return queryset.filter(Exists(mails) if value else ~Exists(mails))


class LeadFilter(RecordFilter):
    status = django_filters.MultipleChoiceFilter(choices=LeadStatus.choices, label=_("Status"))
    source = django_filters.ModelMultipleChoiceFilter(queryset=Source.objects.filter(is_active=True), label=_("Source"))
    owner = PeopleFilter(label=_("Owner"))
    received_at = PeriodFilter(label=_("Received"))
    is_answered = django_filters.BooleanFilter(
        field_name="first_answer_at", lookup_expr="isnull", exclude=True, label=_("Answered")
    )
    budget = django_filters.RangeFilter(label=_("Budget"))

    class Meta:
        model = Lead
        fields = ()


class WebFormFilter(RecordFilter):
    is_active = django_filters.BooleanFilter(label=_("Open"))
    source = django_filters.ModelMultipleChoiceFilter(queryset=Source.objects.filter(is_active=True), label=_("Source"))
    owner = PeopleFilter(label=_("Owner of leads"))

    class Meta:
        model = WebForm
        fields = ()
