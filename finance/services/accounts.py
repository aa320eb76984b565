"""Bank accounts, cash desks and the articles that money is counted under."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor, user_or_none
from core.errors import InvalidValue, KeyReused
from core.models import Branch
from core.money import cents
from core.transactions import command
from finance.choices import PaymentDirection
from finance.models import BankAccount, CashArticle


@command
def open_account(
    *,
    branch_id: int,
    name: str,
    by: Actor,
    currency_id: str | None = None,
    iban: str = "",
    opening: Decimal = Decimal(0),
    opened_on: date | None = None,
    is_cash: bool = False,
) -> BankAccount:
    """Set up a bank account or a cash desk of a branch, in the organisation's currency unless another is named.

    An account of that name in the branch is returned as it is. Locks the branch. Raises InvalidValue for an IBAN
    whose check digits are wrong, KeyReused when the account that is there has another currency or IBAN.
    """
    branch = Branch.objects.locked().select_related("organization").get(pk=branch_id)
    currency = currency_id or branch.organization.currency_id
    wanted = BankAccount(
        organization=branch.organization,
        branch=branch,
        name=name,
        iban=_checked(iban),
        is_cash=is_cash,
        currency_id=currency,
        opening=cents(opening),
        opened_on=opened_on,
        created_by=user_or_none(by),
    )
    policy.require(by, "finance.manage_accounts", wanted)
    known = BankAccount.objects.filter(branch=branch, name=name).first()
    if known is not None:
        if (known.currency_id, known.iban) != (currency, wanted.iban):
            raise KeyReused
        return known
    wanted.save()
    return wanted


@command
def change_account(*, account_id: int, changes: dict[str, Any], by: Actor, version: int | None = None) -> BankAccount:
    """Change the name or IBAN of an account; what its books stand on stays. The same values again change nothing.

    Locks the account. Raises InvalidValue for a wrong IBAN or another column, StaleVersion.
    """
    account = BankAccount.objects.locked().get(pk=account_id)
    policy.require(by, "finance.manage_accounts", account)
    account.expect_version(version)
    if set(changes) - {"name", "iban"}:
        raise InvalidValue(field=_("account"), problem=_("only its name and IBAN can be changed"))
    if "iban" in changes:
        changes = {**changes, "iban": _checked(changes["iban"])}
    different = {name: value for name, value in changes.items() if getattr(account, name) != value}
    for name, value in different.items():
        setattr(account, name, value)
    if different:
        account.updated_by = user_or_none(by)
        account.save(update_fields=[*different, "updated_by"])
    return account


@command
def create_article(*, code: str, name: str, direction: str, by: Actor, parent_id: int | None = None) -> CashArticle:
    """Add an article for money that comes in or goes out; an article of that code is returned as it is.

    Raises InvalidValue when its parent counts money that goes the other way.
    """
    policy.require(by, "finance.manage_accounts")
    way = PaymentDirection(direction)
    if parent_id is not None and CashArticle.objects.get(pk=parent_id).direction != way:
        raise InvalidValue(field=_("parent"), problem=_("it counts money that goes the other way"))
    article, _made = CashArticle.objects.get_or_create(
        code=code, defaults={"name": name, "direction": way, "parent_id": parent_id}
    )
    return article


def _checked(iban: str) -> str:
    """An IBAN without spaces, its check digits proved (ISO 7064, mod 97-10); other account numbers pass as they are."""
    plain = "".join(iban.split()).upper()
    if plain[:2].isalpha() and plain[2:4].isdigit() and plain.isalnum() and plain.isascii():
        digits = "".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])
        if int(digits) % 97 != 1:
            raise InvalidValue(field="IBAN", problem=_("the check digits of {iban} are wrong").format(iban=plain))
    return plain
