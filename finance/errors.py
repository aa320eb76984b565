"""What finance refuses, in words for people."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class NothingToInvoice(DomainError):
    code = "nothing_to_invoice"
    message = _("Order {number} has nothing left to invoice.")


class OrderNotInvoiceable(DomainError):
    code = "order_not_invoiceable"
    message = _("Order {number} is {status} and cannot be invoiced.")


class InvoicedMoreThanOrdered(DomainError):
    code = "invoiced_more_than_ordered"
    message = _("{item}: {wanted} to invoice, {left} left of order {number}.")


class NotYetDelivered(DomainError):
    code = "not_yet_delivered"
    message = _("{item}: {wanted} to invoice, {delivered} delivered and not invoiced yet.")


class InvoiceNotPosted(DomainError):
    code = "invoice_not_posted"
    message = _("This document is not posted yet.")


class NotOurs(DomainError):
    code = "not_ours"
    message = _("{number} was written by a supplier; it is not ours to send.")


class NotCreditable(DomainError):
    code = "not_creditable"
    message = _("{number} is no invoice to a customer; it cannot be credited.")


class NoSuchLine(DomainError):
    code = "no_such_line"
    message = _("{number} has no such line.")


class CreditTooLarge(DomainError):
    code = "credit_too_large"
    message = _("{wanted} {currency} to credit, {left} {currency} left on this line of {number}.")


class NothingToBill(DomainError):
    code = "nothing_to_bill"
    message = _("Nothing received on {number} waits for a bill.")


class BilledMoreThanReceived(DomainError):
    code = "billed_more_than_received"
    message = _("{item}: {wanted} billed, {left} received and not billed yet.")


class BillNumberTaken(DomainError):
    code = "bill_number_taken"
    message = _("Bill {number} of {supplier} is entered already, with other content.")


class AllocationTooLarge(DomainError):
    code = "allocation_too_large"
    message = _("{wanted} {currency} to settle, {left} {currency} open on {document}.")


class NothingToAllocate(DomainError):
    code = "nothing_to_allocate"
    message = _("Say how much of {payment} goes to which document.")


class ForeignClient(DomainError):
    code = "foreign_client"
    message = _("{payer} does not belong to {client}; say why a third party pays.")


class WrongWay(DomainError):
    code = "wrong_way"
    message = _("{source} cannot settle {document}.")


class CurrencyDiffers(DomainError):
    code = "currency_differs"
    message = _("{source} is in {source_currency}, {document} in {document_currency}.")


class AllocationTooEarly(DomainError):
    code = "allocation_too_early"
    message = _("Nothing can be settled on {on}: {document} is dated {dated}.")


class AlreadyReversed(DomainError):
    code = "already_reversed"
    message = _("{document} is reversed.")


class NothingToGiveBack(DomainError):
    code = "nothing_to_give_back"
    message = _("{payment} is no money that a client paid; nothing of it can be given back.")


class GivesBackTooMuch(DomainError):
    code = "gives_back_too_much"
    message = _("{wanted} {currency} to give back, {left} {currency} left of {payment}.")


class WasGivenBack(DomainError):
    code = "was_given_back"
    message = _("{refund} gave a part of {payment} back; reverse {refund} first.")


class AmountNotPositive(DomainError):
    code = "amount_not_positive"
    message = _("The amount must be above zero and have at most two decimal places, not {amount}.")


class StatementUnreadable(DomainError):
    code = "statement_unreadable"
    message = _("This file cannot be read as a bank statement: {problem}")


class StatementOfAnotherAccount(DomainError):
    code = "statement_of_another_account"
    message = _("The statement is of account {found}, not of {account}.")


class StatementDoesNotAddUp(DomainError):
    code = "statement_does_not_add_up"
    message = _("The statement opens with {opening}, its rows make {total}, but it closes with {closing}.")


class LineNotBookable(DomainError):
    code = "line_not_bookable"
    message = _("The bank line of {on} over {amount} is {status}.")


class LineDiffers(DomainError):
    code = "line_differs"
    message = _("The bank line is over {amount} on account {account}; payment {number} is not.")


class LineInUse(DomainError):
    code = "line_in_use"
    message = _("Payment {number} stands for this bank line; reverse it first.")


class NobodyToRemind(DomainError):
    code = "nobody_to_remind"
    message = _("Nobody was reminded: see below why each was left out.")
