from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from core import quantities
from core.errors import DomainError


class NoPipeline(DomainError):
    code = "no_pipeline"
    message = _("There is no pipeline “{code}” with an open stage.")


class NoSuchStage(DomainError):
    code = "no_such_stage"
    message = _("The pipeline {pipeline} has no {category} stage “{stage}”.")


class DealClosed(DomainError):
    code = "deal_closed"
    message = _("The deal “{deal}” is {status}; it cannot be changed.")


class DealNameMissing(DomainError):
    code = "deal_name_missing"
    message = _("A deal needs a name.")
    field = "name"


class ClientStands(DomainError):
    code = "client_stands"
    message = _("“{deal}” is a deal with {client}; open another deal for another client.")
    field = "client"


class NothingToAccept(DomainError):
    code = "nothing_to_accept"
    message = _("Won needs a quote that was sent to the client.")


class AmountFromLines(DomainError):
    code = "amount_from_lines"
    message = _("The amount of “{deal}” is the sum of its lines.")
    field = "amount"


class AmountNegative(DomainError):
    code = "amount_negative"
    message = _("The amount {amount} is below zero.")


class ProbabilityOutOfRange(DomainError):
    code = "probability_out_of_range"
    message = _("An open deal has 1 to 99 %, not {probability}.")


class StepBeforeLast(DomainError):
    code = "step_before_last"
    message = _("“{deal}” moved last at {last}; a step cannot be dated {at}.")


class DutiesOpen(DomainError):
    code = "duties_open"
    message = _("Still to be done in the stage {stage}: {duties}.")


class ReasonMissing(DomainError):
    code = "reason_missing"
    message = _("Please name the reason.")


class NameMissing(DomainError):
    code = "name_missing"
    message = _("Please write your name.")


class ForeignEntity(DomainError):
    code = "foreign_entity"
    message = _("{entity} does not belong to the client of “{deal}”.")


class EntityEnded(DomainError):
    code = "entity_ended"
    message = _("{entity} cannot sign on {on}.")


class EmptyDocument(DomainError):
    code = "empty_document"
    message = _("There are no lines.")


class LineOutOfRange(DomainError):
    code = "line_out_of_range"
    message = _("{sku}: a quantity above zero, a price not below zero and a discount of 0 to 100 % are needed.")


class PriceMissing(DomainError):
    code = "price_missing"
    message = _("{sku} has no price on {on}.")


class TaxMissing(DomainError):
    code = "tax_missing"
    message = _("The tax of {sku} has no rate on {on}.")


class EstimateClosed(DomainError):
    code = "estimate_closed"
    message = _("The request is {status} already; ask a new question.")


class QuoteNotDraft(DomainError):
    code = "quote_not_draft"
    message = _("Quote {number} revision {revision} is {status}.")


class QuoteNotOpen(DomainError):
    code = "quote_not_open"
    message = _("Quote {number} revision {revision} is {status}; only a sent one can be decided.")


class QuoteExpired(DomainError):
    code = "quote_expired"
    message = _("Quote {number} revision {revision} was valid until {until}.")


class ForeignBuyer(DomainError):
    code = "foreign_buyer"
    message = _("{entity} does not belong to the client of order {number}.")


class NoSuchOption(DomainError):
    code = "no_such_option"
    message = _("Quote {number} has no such option to choose.")


class DiscountNeedsApproval(DomainError):
    code = "discount_needs_approval"
    message = _("A discount of {discount} % at a margin of {margin} % needs an approval; your limit is {limit} %.")


class ApprovalDecided(DomainError):
    code = "approval_decided"
    message = _("This approval is {status} already.")


class OwnApproval(DomainError):
    code = "own_approval"
    message = _("Nobody approves what he asked for himself.")


class LimitTooLow(DomainError):
    code = "limit_too_low"
    message = _("Your own limit of {limit} % does not cover {discount} % at a margin of {margin} %.")


class OrderNotDraft(DomainError):
    code = "order_not_draft"
    message = _("Order {number} is {status}.")


class OrderNotOpen(DomainError):
    code = "order_not_open"
    message = _("Order {number} is {status}; nothing can be fulfilled on it.")


class OrderUnderWay(DomainError):
    code = "order_under_way"
    message = _("Order {number} cannot be cancelled: something was shipped, performed or invoiced.")


class CreditLimitExceeded(DomainError):
    code = "credit_limit_exceeded"
    message = _(
        "{client}: credit limit {limit}, owed {receivable} (overdue {overdue}), on order {on_order}, "
        "this order {amount} {currency}."
    )


class WarehouseMissing(DomainError):
    code = "warehouse_missing"
    message = _("No warehouse is named to ship from.")


class CarrierCostKnown(DomainError):
    code = "carrier_cost_known"
    message = _("What the carrier costs is booked already: {amount}.")


class NothingToShip(DomainError):
    code = "nothing_to_ship"
    message = _("Order {number} has nothing left to ship.")


class NotALineOfTheOrder(DomainError):
    code = "not_a_line_of_the_order"
    message = _("Order {number} has no such line to fulfil.")


class MoreThanOrdered(DomainError):
    code = "more_than_ordered"
    message = _("{sku}: {wanted} wanted, {left} {unit} left to fulfil.")


class MoreInvoicedThanOrdered(DomainError):
    code = "more_invoiced_than_ordered"
    message = _("More would be invoiced than was ordered.")


class DealKeepsItsWay(DomainError):
    code = "deal_keeps_its_way"
    message = _("“{deal}” is here already and went its own way since: {fields} differ and stay as they are here.")


class OrderOfOurOwn(DomainError):
    code = "order_of_our_own"
    message = _("Order {number} was made here; imported history cannot change it.")


class StageNeeded(DomainError):
    code = "stage_needed"
    message = _("{pipeline} needs an open stage, one won and a lost one, so “{stage}” stays in use.")


class StageNotEmpty(DomainError):
    code = "stage_not_empty"
    message = _("Open deals stand in “{stage}” ({count}). Move them on first.")


class StageUsed(DomainError):
    code = "stage_used"
    message = _("“{stage}” is part of the history of deals, so it cannot be deleted. Take it out of use instead.")


class NotSetAside(DomainError):
    """More would be picked from a place than is set aside there for the order."""

    code = "not_set_aside"
    message = _("{sku}: {qty} picked, only {aside} set aside there for this order.")

    @classmethod
    def of(cls, *, line: Any, qty: Decimal, aside: Decimal) -> Self:
        return cls(sku=line.item.sku, qty=quantities.show(qty), aside=quantities.show(aside))


class NothingPicked(DomainError):
    code = "nothing_picked"
    message = _("Nothing was picked for {number} yet.")


class WrongCode(DomainError):
    code = "wrong_code"
    message = _("{code} does not belong here. Wanted: {wanted}.")
