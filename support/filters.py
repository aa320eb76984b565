"""Filters of the lists of visits and complaints."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Branch
from core.ui.filters import PeopleFilter, PeriodFilter, RecordFilter
from support.choices import Severity, TicketDecision, TicketStatus, VisitStatus
from support.models import InstallationVisit, Ticket

RUNNING = (TicketStatus.NEW, TicketStatus.WORKING)


class VisitFilter(RecordFilter):
    status = django_filters.MultipleChoiceFilter(choices=VisitStatus.choices, label=_("Status"))
    crew = django_filters.CharFilter(lookup_expr="icontains", label=_("Crew"))
    order = django_filters.CharFilter(field_name="order__number", lookup_expr="icontains", label=_("Order"))
    done_at = PeriodFilter(label=_("Done"))
    has_slot = django_filters.BooleanFilter(
        field_name="slot", lookup_expr="isnull", exclude=True, label=_("Has a time")
    )
    branch = django_filters.ModelMultipleChoiceFilter(queryset=Branch.objects.all(), label=_("Branch"))

    class Meta:
        model = InstallationVisit
        fields = ()


class TicketFilter(RecordFilter):
    status = django_filters.MultipleChoiceFilter(choices=TicketStatus.choices, label=_("Status"))
    severity = django_filters.MultipleChoiceFilter(choices=Severity.choices, label=_("Severity"))
    decision = django_filters.MultipleChoiceFilter(choices=TicketDecision.choices, label=_("Decision"))
    owner = PeopleFilter(label=_("Owner"))
    client = django_filters.CharFilter(field_name="client__name", lookup_expr="icontains", label=_("Client"))
    opened_at = PeriodFilter(label=_("Opened"))
    is_late = django_filters.BooleanFilter(method="by_clock", label=_("Late"))

    class Meta:
        model = Ticket
        fields = ()

    def by_clock(self, queryset: QuerySet[Ticket], _name: str, value: bool) -> QuerySet[Ticket]:
        late = Q(status__in=RUNNING, sla_due_at__lt=timezone.now())
        return queryset.filter(late) if value else queryset.exclude(late)
