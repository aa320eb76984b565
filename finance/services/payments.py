"""Money that came or went, and taking a mistake back."""

from __future__ import annotations

import logging
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction

from core import events, periods, policy
from core.actors import Actor, user_or_none
from core.errors import KeyReused
from core.money import cents
from core.selectors.rates import rate_on
from core.services.numbers import take_number
from core.transactions import command
from core.updating import add_to_rows
from crm.models import LegalEntity
from finance.choices import PaymentDirection, PaymentStatus
from finance.errors import (
    AllocationTooEarly,
    AlreadyReversed,
    CurrencyDiffers,
    GivesBackTooMuch,
    NothingToGiveBack,
    WasGivenBack,
)
from finance.events import PaymentRecorded
from finance.models import Allocation, BankAccount, Payment
from finance.services.allocations import reverse_all
from finance.services.settling import lock_documents, positive_amount
from sales.models import SalesOrder

logger = logging.getLogger(__name__)


@command
def record_payment(
    *,
    account_id: int,
    direction: str,
    amount: Decimal,
    paid_on: date,
    by: Actor,
    legal_entity_id: int | None = None,
    order_id: int | None = None,
    article_id: int | None = None,
    text: str = "",
    key: str | None = None,
) -> Payment:
    """Post money that came in or went out on `paid_on`, in the currency of the account.

    With an order it is an advance that the order's invoice takes; the payer is then the order's legal entity
    unless another is named. The same `key` returns the first payment. Takes no locks. Raises AmountNotPositive,
    PeriodClosed, NoRate, KeyReused.
    """
    account = BankAccount.objects.select_related("organization", "branch").get(pk=account_id)
    policy.require(by, "finance.record_payment", account)
    known = Payment.objects.filter(idempotency_key=key).first() if key else None
    if known is not None:
        return _same_wish(known, account, direction, amount)
    amount = positive_amount(amount)
    if order_id is not None and legal_entity_id is None:
        legal_entity_id = SalesOrder.objects.values_list("legal_entity_id", flat=True).get(pk=order_id)
    entity = None if legal_entity_id is None else LegalEntity.objects.get(pk=legal_entity_id)
    periods.require_open(account.branch_id, paid_on)
    rate = rate_on(account.currency_id, account.organization.currency_id, paid_on)
    payment = Payment(
        organization=account.organization,
        account=account,
        direction=PaymentDirection(direction),
        client_id=entity.client_id if entity else None,
        legal_entity=entity,
        amount=amount,
        currency_id=account.currency_id,
        rate=rate,
        base_amount=cents(amount * rate),
        paid_on=paid_on,
        article_id=article_id,
        order_id=order_id,
        text=text,
        idempotency_key=key,
        created_by=user_or_none(by),
    )
    return _insert(payment)


@command
def give_back(
    *,
    payment_id: int,
    amount: Decimal,
    on: date,
    by: Actor,
    account_id: int | None = None,
    text: str = "",
    key: str | None = None,
) -> Payment:
    """Give a client back what is left of his payment, or a part of it: a payment out that uses it up.

    It leaves the account of the payment, or another one of the same legal entity of ours in its currency, at the
    rate of the payment, so that nothing is left on the client's account. The same `key` returns the first refund.
    Locks the payment. Raises NothingToGiveBack, GivesBackTooMuch, AlreadyReversed, AmountNotPositive,
    AllocationTooEarly, CurrencyDiffers, PeriodClosed, KeyReused.
    """
    _none, payments = lock_documents(invoice_ids=(), payment_ids=[payment_id])
    payment = payments[payment_id]
    policy.require(by, "finance.give_back", payment)
    account = BankAccount.objects.select_related("organization").get(pk=account_id or payment.account_id)
    policy.require(by, "finance.give_back", account)
    # Read after the lock: a parallel call with the same key has committed by now.
    known = Payment.objects.filter(idempotency_key=key).first() if key else None
    if known is not None:
        if known.refund_of_id != payment.pk:
            raise KeyReused
        return _same_wish(known, account, PaymentDirection.OUT, amount)
    amount = positive_amount(amount)
    _check_refund(payment, account, amount, on)
    periods.require_open(account.branch_id, on)
    add_to_rows(Payment, {payment.pk: {"allocated": amount}})
    return _insert(
        Payment(
            organization=account.organization,
            account=account,
            direction=PaymentDirection.OUT,
            client_id=payment.client_id,
            legal_entity_id=payment.legal_entity_id,
            amount=amount,
            allocated=amount,
            currency_id=payment.currency_id,
            rate=payment.rate,
            base_amount=cents(amount * payment.rate),
            paid_on=on,
            order_id=payment.order_id,
            text=text,
            refund_of=payment,
            idempotency_key=key,
            created_by=user_or_none(by),
        )
    )


def _check_refund(payment: Payment, account: BankAccount, amount: Decimal, on: date) -> None:
    if payment.status == PaymentStatus.REVERSED or payment.reversal_of_id is not None:
        raise AlreadyReversed(document=payment)
    if payment.direction != PaymentDirection.IN or payment.client_id is None:
        raise NothingToGiveBack(payment=payment)
    if account.organization_id != payment.organization_id or account.currency_id != payment.currency_id:
        raise CurrencyDiffers(
            source=account, source_currency=account.currency_id, document=payment, document_currency=payment.currency_id
        )
    if on < payment.paid_on:
        raise AllocationTooEarly(on=on, document=payment, dated=payment.paid_on)
    if amount > payment.open_amount:
        raise GivesBackTooMuch(wanted=amount, left=payment.open_amount, currency=payment.currency_id, payment=payment)


@command
def reverse_payment(*, payment_id: int, on: date, by: Actor, reason: str = "") -> Payment:
    """Take a payment back by one the other way; what it had settled is open again.

    A refund that is reversed leaves its amount on account again. Reversing twice returns the first reversal; a
    reversal cannot be reversed. Locks the settled invoices, then the payment and the one it gave back.
    Raises AlreadyReversed, WasGivenBack, AllocationTooEarly, PeriodClosed.
    """
    payment = Payment.objects.select_related("organization", "account").get(pk=payment_id)
    policy.require(by, "finance.reverse_payment", payment)
    live = Allocation.objects.filter(payment=payment, reversal_of=None, reversed_by=None)
    touched = [pk for pk in (payment.pk, payment.refund_of_id) if pk is not None]
    lock_documents(invoice_ids=live.values_list("invoice_id", flat=True), payment_ids=touched)
    # Read after the lock: a parallel reversal has committed by now.
    done = Payment.objects.filter(reversal_of=payment).first()
    if done is not None:
        return done
    if payment.reversal_of_id is not None:
        raise AlreadyReversed(document=payment)
    if on < payment.paid_on:
        raise AllocationTooEarly(on=on, document=payment, dated=payment.paid_on)
    refund = Payment.objects.filter(refund_of=payment, status=PaymentStatus.POSTED).first()
    if refund is not None:
        raise WasGivenBack(refund=refund, payment=payment)
    periods.require_open(payment.account.branch_id, on)
    reverse_all(list(live.order_by("pk")), on=on, by=by)
    if payment.refund_of_id is not None:
        add_to_rows(Payment, {payment.refund_of_id: {"allocated": -payment.amount}})
    Payment.objects.filter(pk=payment.pk).update(status=PaymentStatus.REVERSED, allocated=0)
    other_way = {PaymentDirection.IN: PaymentDirection.OUT, PaymentDirection.OUT: PaymentDirection.IN}
    return _insert(
        Payment(
            organization=payment.organization,
            account=payment.account,
            direction=other_way[PaymentDirection(payment.direction)],
            client_id=payment.client_id,
            legal_entity_id=payment.legal_entity_id,
            amount=payment.amount,
            currency_id=payment.currency_id,
            rate=payment.rate,
            base_amount=payment.base_amount,
            paid_on=on,
            article_id=payment.article_id,
            order_id=payment.order_id,
            text=reason,
            reversal_of=payment,
            created_by=user_or_none(by),
        )
    )


def _insert(payment: Payment) -> Payment:
    """Number and store a payment; a rival with the same key that was quicker gives its own."""
    payment.number = take_number("payment", organization=payment.organization, on=payment.paid_on)
    try:
        with transaction.atomic():
            payment.save()
    except IntegrityError:
        rival = Payment.objects.filter(idempotency_key=payment.idempotency_key).exclude(idempotency_key=None).first()
        if rival is None:
            raise
        return _same_wish(rival, payment.account, payment.direction, payment.amount)
    events.publish(PaymentRecorded(payment_id=payment.pk))
    logger.info("payment recorded", extra={"payment_id": payment.pk, "direction": payment.direction})
    return payment


def _same_wish(known: Payment, account: BankAccount, direction: str, amount: Decimal) -> Payment:
    if (known.account_id, known.direction, known.amount) != (account.pk, direction, amount):
        raise KeyReused
    return known
