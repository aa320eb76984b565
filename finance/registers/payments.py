"""Money that came or went."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.ui import registers
from core.ui.registers import Register
from core.ui.tables import Column, Kind
from finance.filters import PaymentFilter
from finance.models import Payment
from finance.services.allocations import take_back

DIRECTIONS = {"in": "ok", "out": "warn"}


@registers.add
class Payments(Register):
    """Every payment, of all accounts; posted at once and reversed by one the other way."""

    model, name, plural, icon, section = Payment, "payment", "payments", "arrows-exchange", "money"
    rows_are_steady = True
    called, called_many = _("payment"), _("payments")
    labels = {"reversal_of": _("Takes back"), "refund_of": _("Gives back"), "created_by": _("Entered by")}
    view_action = "finance.view_payment"
    filter_class = PaymentFilter
    owner_field = ""
    facts = (
        "direction", "account", "paid_on", "client", "legal_entity", "order", "article", "text", "reversal_of",
        "refund_of", "created_by",
    )  # fmt: skip
    default_sort = "-paid_on"
    columns = (
        Column("number", _("Number"), sort="number", on_phone=True),
        Column("paid_on", _("Day"), Kind.DATE, sort="paid_on"),
        Column("direction", _("Direction"), Kind.CHOICE, sort="direction", tones=DIRECTIONS),
        Column("client", _("Client"), Kind.LINK, sort="client__name"),
        Column("legal_entity", _("Legal entity"), sort="legal_entity__legal_name", shown=False),
        Column("text", _("Purpose")),
        Column("amount", _("Amount"), Kind.MONEY, sort="amount", on_phone=True, currency="currency_id"),
        Column("open_amount", _("Not allocated"), Kind.MONEY, currency="currency_id"),
        Column("account", _("Account"), sort="account__name"),
        Column("article", _("Article"), sort="article__name", shown=False),
        Column("order", _("Order"), Kind.LINK, sort="order__number", shown=False),
        Column("status", _("Status"), Kind.CHOICE, sort="status", tones={"reversed": "bad"}, shown=False),
        Column("currency", _("Currency"), path="currency_id", sort="currency_id", shown=False),
    )

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return self.visible_to(user).select_related(
            "client",
            "legal_entity",
            "account",
            "article",
            "order",
            "currency",
            "reversal_of",
            "refund_of",
            "created_by",
        )

    def second_line(self, record: Payment) -> str:
        return str(record.legal_entity or record.text)

    def restorable_by(self, user: Actor) -> QuerySet[Any]:
        return Payment.objects.visible_to(user, "finance.allocate")

    def put_back(self, *, record: Any, before: dict[str, Any], by: Actor, at: datetime) -> Any:
        """Undo of an allocation: what the payment settled is open again, as long as its day is not closed."""
        take_back(allocation_ids=before["allocations"], by=by)
        return record

    @property
    def empty_text(self) -> Any:
        return _("Record one by hand, or import a bank statement.")
