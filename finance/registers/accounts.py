"""Bank accounts and cash desks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.ui import registers
from core.ui.fields import AmountField
from core.ui.forms import RecordForm
from core.ui.registers import Register
from core.ui.tables import Column, Kind
from finance.choices import StatementLineStatus
from finance.filters import AccountFilter
from finance.models import BankAccount
from finance.selectors.balances import balances_of
from finance.services.accounts import change_account, open_account


class AccountForm(RecordForm):
    class Meta:
        model = BankAccount
        fields = ("name", "iban", "branch", "currency", "is_cash", "opening", "opened_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.record is not None:  # what the books stand on is set once
            for name in ("branch", "currency", "is_cash", "opening", "opened_on"):
                self.fields.pop(name, None)
        opening = self.fields.get("opening")
        if isinstance(opening, AmountField):
            opening.required = False


def balances(ids: list[int], user: Any) -> dict[int, Decimal]:
    return balances_of(ids)


def to_book(ids: list[int], user: Any) -> dict[int, int]:
    """How many bank lines of each account wait to be booked."""
    waiting = Count("statement_lines", filter=Q(statement_lines__status=StatementLineStatus.NEW))
    rows = BankAccount.objects.filter(pk__in=ids).annotate(waiting=waiting)
    return dict(rows.values_list("pk", "waiting"))


@registers.add
class Accounts(Register):
    """Where the company's money lies."""

    model, name, plural, icon, section = BankAccount, "bank", "bank", "building-bank", "money"
    called, called_many = _("account"), _("bank accounts and cash desks")
    labels = {"iban": _("IBAN")}
    view_action = "finance.view_bankaccount"
    create_action = change_action = "finance.manage_accounts"
    form_class, filter_class = AccountForm, AccountFilter
    owner_field = ""
    facts = ("iban", "branch", "organization", "currency", "is_cash", "opened_on")
    default_sort = "name"
    columns = (
        Column("name", _("Account"), sort="name", on_phone=True),
        Column("iban", "IBAN", sort="iban"),
        Column("branch", _("Branch"), sort="branch__name"),
        Column("balance", _("Balance"), Kind.MONEY, batch=balances, on_phone=True, currency="currency_id"),
        Column("currency", _("Currency"), path="currency_id", sort="currency_id", shown=False),
        Column("to_book", _("Lines to book"), Kind.NUMBER, batch=to_book),
        Column("is_cash", _("Cash desk"), Kind.YESNO, sort="is_cash", shown=False),
    )

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return self.visible_to(user).select_related("branch", "organization", "currency")

    def create_record(self, values: dict[str, Any], by: Actor) -> BankAccount:
        return open_account(by=by, **values)

    def change_record(
        self, record: BankAccount, changes: dict[str, Any], version: int | None, by: Actor
    ) -> BankAccount:
        return change_account(account_id=record.pk, changes=changes, version=version, by=by)
