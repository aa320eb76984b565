"""Money that came or went, and what it settled."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from core.api.fields import AMOUNT, Computed
from core.api.filters import Filter, between, plain
from core.api.resources import Call, Create, Resource, Verb, add
from core.api.types import Day, Id, Input, Line, LongLine, Money, Ref
from crm.api.types import LegalEntityId
from finance.models import Allocation, CashArticle, Payment
from finance.services import payments
from finance.services.allocations import allocate, reverse_allocation, settle_oldest
from sales.api.types import OrderId

AccountId = Annotated[Id, Ref("finance.BankAccount")]
ArticleId = Annotated[Id, Ref("finance.CashArticle")]
InvoiceId = Annotated[Id, Ref("finance.Invoice")]
PaymentId = Annotated[Id, Ref("finance.Payment")]


class PaymentIn(Input):
    account_id: AccountId
    direction: Literal["in", "out"]
    amount: Money = Field(examples=["1250.00"], description="In the currency of the account.")
    paid_on: Day
    legal_entity_id: LegalEntityId | None = None
    order_id: OrderId | None = Field(None, description="The order it is an advance for.")
    article_id: ArticleId | None = None
    text: LongLine = ""


class Allocate(Input):
    invoice_id: InvoiceId
    amount: Money
    on: Day
    third_party: Line = Field("", description="Why another client pays.")


class OnDay(Input):
    on: Day


class Reverse(Input):
    on: Day
    reason: LongLine = ""


class GiveBack(Input):
    amount: Money
    on: Day
    account_id: AccountId | None = Field(None, description="Another account than the payment's, in its currency.")
    text: LongLine = ""


class AllocationIn(Allocate):
    payment_id: PaymentId | None = None
    credit_note_id: InvoiceId | None = None


def _record(call: Call) -> Payment:
    return payments.record_payment(by=call.user, key=call.key, **call.values())


def _reverse(call: Call) -> Payment:
    return payments.reverse_payment(payment_id=call.record.pk, by=call.user, **call.values())


def _allocate(call: Call) -> Allocation:
    return allocate(payment_id=call.record.pk, by=call.user, key=call.key, **call.values())


def _give_back(call: Call) -> Payment:
    return payments.give_back(payment_id=call.record.pk, by=call.user, key=call.key, **call.values())


def _settle_oldest(call: Call) -> Payment:
    settle_oldest(payment_id=call.record.pk, on=call.data.on, by=call.user)
    return call.record


def _create_allocation(call: Call) -> Allocation:
    return allocate(by=call.user, key=call.key, **call.values())


def _reverse_allocation(call: Call) -> Allocation:
    return reverse_allocation(allocation_id=call.record.pk, on=call.data.on, by=call.user)


add(
    Resource(
        path="payments",
        model=Payment,
        doc="Money that came or went.",
        fields=(
            "organization_id", "account_id", "number", "direction", "status", "client_id", "legal_entity_id", "amount",
            "currency_id", "rate", "base_amount", "paid_on", "recorded_at", "article_id", "order_id", "text",
            "allocated", "reversal_of_id", "refund_of_id",
        ),
        computed=(Computed("open_amount", AMOUNT, lambda row: row.open_amount, "What has settled nothing yet."),),
        filters=(
            *plain("account_id", "number", "direction", "status", "client_id", "legal_entity_id", "order_id"),
            *between("paid_on"),
        ),
        sorts=("number", "paid_on", "updated_at"),
        create=Create(PaymentIn, _record, "Posts money that came in or went out."),
        verbs=(
            Verb("allocate", _allocate, Allocate, "Lets an amount of it settle an invoice.", makes="allocations"),
            Verb("settle-oldest", _settle_oldest, OnDay, "Lets what is left settle the client's oldest invoices."),
            Verb("give-back", _give_back, GiveBack, "Gives back what is left, or a part; answers with that payment."),
            Verb("reverse", _reverse, Reverse, "Takes it back by a payment the other way; answers with that one."),
        ),
    ),
    Resource(
        path="allocations",
        model=Allocation,
        doc="What settled what. Rows are never changed; a reversal is a negative one.",
        fields=(
            "payment_id", "credit_note_id", "invoice_id", "amount", "allocated_on", "recorded_at", "third_party",
            "reversal_of_id", "by_id",
        ),
        filters=(
            *plain("payment_id", "credit_note_id", "invoice_id"), Filter("client_id", "invoice__client_id"),
            *between("allocated_on"),
        ),
        sorts=("allocated_on",),
        create=Create(AllocationIn, _create_allocation, "Lets a payment or a credit note settle an invoice or bill."),
        verbs=(Verb("reverse", _reverse_allocation, OnDay, "Takes it back; answers with the negative row."),),
    ),
    Resource(
        path="cash-articles",
        model=CashArticle,
        doc="What money came from or went for.",
        fields=("code", "name", "direction", "parent_id"),
        view_action="finance.view_payment",
        rows=lambda _user: CashArticle.objects.all(),
        filters=plain("direction", "parent_id"),
        sorts=("code",),
    ),
)  # fmt: skip
