"""Invoices with credit notes, and suppliers' bills: two lists of one kind of document, each with its own right."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.errors import InvalidValue
from core.ui import registers
from core.ui.forms import RecordForm
from core.ui.registers import Register
from core.ui.tables import Column, Kind
from finance.choices import InvoiceKind, InvoiceState
from finance.filters import BillFilter, InvoiceFilter
from finance.models import Invoice
from finance.selectors.states import standing_now

TONES = {"open": "info", "part_paid": "warn", "paid": "ok", "credited": "", "draft": "", "late": "bad"}


def states(ids: list[int], user: Any) -> dict[int, tuple[str, str]]:
    """How far each document is settled today, in words; two statements for any number of them."""
    today = timezone.localdate()
    paid = Count("allocations", filter=Q(allocations__payment__isnull=False))
    rows = Invoice.objects.filter(pk__in=ids).annotate(payments_count=paid)
    return {row.pk: state_words(row, today, by_credit=not row.payments_count) for row in rows}


def state_words(row: Invoice, today: Any, *, by_credit: bool) -> tuple[str, str]:
    """The state as a code for its colour and in words, with the delay of what is late."""
    state = standing_now(row, by_credit=by_credit)
    late = (today - row.due_on).days if row.open_amount > 0 and row.due_on else 0
    if late <= 0 or state == InvoiceState.DRAFT:
        return state.value, str(state.label)
    said = ngettext("%(state)s, %(days)d day late", "%(state)s, %(days)d days late", late)
    return "late", said % {"state": state.label, "days": late}


class OwnFieldsForm(RecordForm):
    """Only the company's own fields: what the law wants to read on a document is frozen with its number."""

    class Meta:
        model = Invoice
        fields = ()


class Documents(Register):
    """What invoices and bills have in common: posted, so only their own fields change."""

    model, section = Invoice, "money"
    rows_are_steady = True
    form_class = OwnFieldsForm
    default_sort = "-issued_on"
    owner_field = ""

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return self.visible_to(user).select_related(
            "client", "legal_entity", "order", "purchase_order", "credits", "branch", "currency"
        )

    def change_record(self, record: Invoice, changes: dict[str, Any], version: int | None, by: Actor) -> Invoice:
        """Only own fields change, and the kit writes those."""
        for name in changes:
            raise InvalidValue(field=name, problem=gettext("it is frozen"))
        return record

    def second_line(self, record: Invoice) -> str:
        return str(record.legal_entity)

    def url_of(self, record: Invoice) -> str:
        """The card of the document's own kind: models know one register only, people two lists."""
        name = "bill" if record.kind == InvoiceKind.BILL else "invoice"
        return reverse(f"finance:{name}_card", args=[record.pk])


def document_columns(*middle: Column) -> tuple[Column, ...]:
    return (
        Column("number", _("Number"), value=str, sort="number", on_phone=True),
        Column("client", _("Client"), Kind.LINK, sort="client__name"),
        Column("legal_entity", _("Legal entity"), sort="legal_entity__legal_name", shown=False),
        *middle,
        Column("issued_on", _("Issued"), Kind.DATE, sort="issued_on"),
        Column("due_on", _("Due"), Kind.DATE, sort="due_on"),
        Column("state", _("State"), Kind.CHOICE, batch=states, tones=TONES, on_phone=True),
        Column("gross_amount", _("Total"), Kind.MONEY, sort="gross_amount", currency="currency_id"),
        Column("open_amount", _("Open"), Kind.MONEY, currency="currency_id"),
        Column("net_amount", _("Net"), Kind.MONEY, sort="net_amount", shown=False, currency="currency_id"),
        Column("tax_amount", _("Tax"), Kind.MONEY, sort="tax_amount", shown=False, currency="currency_id"),
        Column("currency", _("Currency"), path="currency_id", sort="currency_id", shown=False),
        Column("branch", _("Branch"), sort="branch__name", shown=False),
    )


@registers.add
class Invoices(Documents):
    """What customers owe, and what was taken back of it."""

    name, plural, icon = "invoice", "invoices", "file-invoice"
    called, called_many = _("invoice"), _("invoices and credit notes")
    labels = {"credits": _("Takes back")}
    view_action, change_action = "finance.view_invoice", "finance.post_invoice"
    filter_class = InvoiceFilter
    facts = ("kind", "legal_entity", "client", "order", "credits", "issued_on", "due_on", "branch", "reason")
    columns = document_columns(
        Column("kind", _("Kind"), Kind.CHOICE, sort="kind", tones={"credit_note": "warn"}),
        Column("order", _("Order"), Kind.LINK, sort="order__number"),
    )

    def holds(self, record: Invoice) -> bool:
        return record.kind != InvoiceKind.BILL

    def visible_to(self, user: Actor) -> QuerySet[Any]:
        return super().visible_to(user).exclude(kind=InvoiceKind.BILL)

    @property
    def empty_title(self) -> Any:
        return _("Nothing was invoiced yet")

    @property
    def empty_text(self) -> Any:
        return _("Invoices are made from orders: open “To invoice” and choose one.")


@registers.add
class Bills(Documents):
    """What we owe to suppliers, under their own numbers."""

    name, plural, icon = "bill", "bills", "receipt"
    called, called_many = _("supplier bill"), _("supplier bills")
    view_action, change_action = "finance.view_bill", "finance.enter_bill"
    filter_class = BillFilter
    facts = ("legal_entity", "client", "purchase_order", "issued_on", "due_on", "branch")
    columns = document_columns(Column("purchase_order", _("Purchase order"), Kind.LINK, sort="purchase_order__number"))

    def holds(self, record: Invoice) -> bool:
        return record.kind == InvoiceKind.BILL

    def visible_to(self, user: Actor) -> QuerySet[Any]:
        return super().visible_to(user).filter(kind=InvoiceKind.BILL)

    @property
    def empty_title(self) -> Any:
        return _("No bill was entered yet")

    @property
    def empty_text(self) -> Any:
        return _("Bills are entered for received goods: open “Bills to enter” and choose a purchase order.")
