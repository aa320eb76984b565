"""Filters of the lists of invoices, bills, payments and accounts."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Branch
from core.ui import registers
from core.ui.fields import RecordSelect
from core.ui.filters import PeriodFilter, RecordFilter
from crm.models import Client
from finance.choices import InvoiceKind, PaymentDirection, PaymentStatus
from finance.models import BankAccount, CashArticle, Invoice, Payment

OPEN, PART, SETTLED, OVERDUE = "open", "part", "settled", "overdue"
STATES = [(OPEN, _("Open")), (PART, _("Part paid")), (SETTLED, _("Settled")), (OVERDUE, _("Overdue"))]


class ClientFilter(django_filters.ModelChoiceFilter):
    """Documents of one client out of those the user may see; looked up by typing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(field_name="client", label=_("Client"), queryset=_clients, **kwargs)

    @property
    def field(self) -> Any:
        found = super().field
        if not isinstance(found.widget, RecordSelect):
            found.iterator = _FirstClients
            found.widget = RecordSelect(registers.by_key("crm.client"))
            found.widget.choices = found.choices
        return found


class _FirstClients:
    """Names only the chosen client; the others are found by typing."""

    def __init__(self, field: Any) -> None:
        self.field = field

    def __iter__(self) -> Any:
        yield ("", "")
        for row in self.field.queryset.order_by("-pk")[: RecordSelect.OFFERED]:
            yield (row.pk, str(row))


def _clients(request: Any) -> QuerySet[Client]:
    return Client.objects.none() if request is None else Client.objects.visible_to(request.user)


class DocumentFilter(RecordFilter):
    """What invoices and bills are narrowed by."""

    state = django_filters.ChoiceFilter(method="by_state", choices=STATES, label=_("State"))
    client = ClientFilter()
    issued_on = PeriodFilter(label=_("Issued"))
    due_on = PeriodFilter(label=_("Due"))
    branch = django_filters.ModelMultipleChoiceFilter(queryset=Branch.objects.all(), label=_("Branch"))
    gross_amount = django_filters.RangeFilter(label=_("Total"))

    class Meta:
        model = Invoice
        fields = ()

    def by_state(self, queryset: QuerySet[Invoice], _name: str, value: str) -> QuerySet[Invoice]:
        is_open = Q(allocated__lt=F("gross_amount"))
        wanted = {
            OPEN: Q(allocated=0) & is_open,
            PART: Q(allocated__gt=0) & is_open,
            SETTLED: ~is_open,
            OVERDUE: is_open & Q(due_on__lt=timezone.localdate()),
        }
        return queryset.filter(wanted[value])


class InvoiceFilter(DocumentFilter):
    kind = django_filters.ChoiceFilter(
        choices=[(kind.value, kind.label) for kind in (InvoiceKind.INVOICE, InvoiceKind.CREDIT_NOTE)], label=_("Kind")
    )


class BillFilter(DocumentFilter):
    pass


class PaymentFilter(RecordFilter):
    direction = django_filters.ChoiceFilter(choices=PaymentDirection.choices, label=_("Direction"))
    on_account = django_filters.BooleanFilter(method="by_rest", label=_("Not allocated in full"))
    account = django_filters.ModelMultipleChoiceFilter(
        queryset=BankAccount.objects.order_by("name"), label=_("Account")
    )
    article = django_filters.ModelMultipleChoiceFilter(
        queryset=CashArticle.objects.order_by("name"), label=_("Article")
    )
    status = django_filters.ChoiceFilter(choices=PaymentStatus.choices, label=_("Status"))
    client = ClientFilter()
    paid_on = PeriodFilter(label=_("Day"))
    amount = django_filters.RangeFilter(label=_("Amount"))

    class Meta:
        model = Payment
        fields = ()

    def by_text(self, queryset: QuerySet[Payment], _name: str, value: str) -> QuerySet[Payment]:
        """A number, a word of the purpose, or a name of who paid."""
        words = value.strip()
        return queryset.filter(
            Q(number__icontains=words)
            | Q(text__icontains=words)
            | Q(legal_entity__legal_name__icontains=words)
            | Q(client__name__icontains=words)
        )

    def by_rest(self, queryset: QuerySet[Payment], _name: str, value: bool) -> QuerySet[Payment]:
        rest = Q(allocated__lt=F("amount"), status=PaymentStatus.POSTED, reversal_of=None, client__isnull=False)
        return queryset.filter(rest if value else ~rest)


class AccountFilter(RecordFilter):
    is_cash = django_filters.BooleanFilter(label=_("Cash desk"))
    branch = django_filters.ModelMultipleChoiceFilter(queryset=Branch.objects.all(), label=_("Branch"))

    class Meta:
        model = BankAccount
        fields = ()

    def by_text(self, queryset: QuerySet[BankAccount], _name: str, value: str) -> QuerySet[BankAccount]:
        return queryset.filter(Q(name__icontains=value) | Q(iban__icontains=value.replace(" ", "")))
