"""Refusals of the warehouse, in words a storekeeper understands."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from core import quantities
from core.errors import DomainError


class InsufficientStock(DomainError):
    """Less is free than is wanted; `free` counts what is reserved for the asking demand itself as free."""

    code = "insufficient_stock"
    message = _("{sku}: {wanted} {unit} wanted, {free} {unit} free in {warehouse}.")

    @classmethod
    def of(cls, *, sku: str, wanted: Decimal, unit: str, free: Decimal, warehouse: str) -> Self:
        return cls(sku=sku, wanted=quantities.show(wanted), unit=unit, free=quantities.show(free), warehouse=warehouse)


class NotPositive(DomainError):
    code = "not_positive"
    message = _("{what} must be more than zero.")


class NoStockKept(DomainError):
    code = "no_stock_kept"
    message = _("{sku} is a service; it has no stock.")


class ItemUnknown(DomainError):
    code = "item_unknown"
    message = _("The item does not exist.")


class NoPlace(DomainError):
    code = "no_place"
    message = _("The warehouse {warehouse} has no such place in use.")


class SamePlace(DomainError):
    code = "same_place"
    message = _("{sku} lies at {place} already.")


class ValuationFixed(DomainError):
    code = "valuation_fixed"
    message = _("{sku} has moved already; its valuation and tracking cannot change any more.")


class UnitUnknown(DomainError):
    code = "unit_unknown"
    message = _("{sku} is not counted in {unit}.")


class LotNeeded(DomainError):
    code = "lot_needed"
    message = _("{sku} is tracked: name the lot or serial number.")


class LotOfAnotherItem(DomainError):
    code = "lot_of_another_item"
    message = _("The lot {lot} does not belong to {sku}.")


class SerialNotSingle(DomainError):
    code = "serial_not_single"
    message = _("{sku} {serial}: a serial number stands for one piece, and that one is in stock already or more came.")


class MoveReversed(DomainError):
    code = "move_reversed"
    message = _("This move is a reversal; it cannot be reversed again.")


class MoveOfADocument(DomainError):
    code = "move_of_a_document"
    message = _("This move belongs to {document}; take that back where it was made.")


class OpenedDifferently(DomainError):
    code = "opened_differently"
    message = _("This stock was opened with {qty} worth {value} already; a count corrects it.")

    @classmethod
    def of(cls, move: Any) -> Self:
        return cls(qty=quantities.show(move.qty), value=move.value)


class GoodsUsedMeanwhile(DomainError):
    code = "goods_used_meanwhile"
    message = _("{sku}: the goods that came in with this move were used meanwhile; reverse those uses first.")


class AdjustmentTooLarge(DomainError):
    code = "adjustment_too_large"
    message = _("{reason}: {amount} cannot be taken off goods that are worth less.")


class NothingToAdjust(DomainError):
    code = "nothing_to_adjust"
    message = _("{reason}: none of these goods is left or was used, so there is nothing to put the cost on.")


class DemandUnknown(DomainError):
    code = "demand_unknown"
    message = _("Nothing is wanted under {key}.")


class SupplyUnknown(DomainError):
    code = "supply_unknown"
    message = _("Nothing is coming under {key}.")


class PegTooLarge(DomainError):
    code = "peg_too_large"
    message = _("{label}: {wanted} cannot be set aside, only {free} is open.")

    @classmethod
    def of(cls, *, label: str, wanted: Decimal, free: Decimal) -> Self:
        return cls(label=label, wanted=quantities.show(wanted), free=quantities.show(free))


class PurchaseNotDraft(DomainError):
    code = "purchase_not_draft"
    message = _("{number} is {status}; only a draft can be ordered.")


class PurchaseEmpty(DomainError):
    code = "purchase_empty"
    message = _("{number} has no lines.")


class PurchaseNotOrdered(DomainError):
    code = "purchase_not_ordered"
    message = _("{number} is {status}; goods can be received against what is ordered only.")


class PurchaseStarted(DomainError):
    code = "purchase_started"
    message = _("{number}: goods came in already; it cannot be cancelled any more.")


class NothingReceived(DomainError):
    code = "nothing_received"
    message = _("A receipt needs at least one line with a quantity.")


class LineOfAnotherOrder(DomainError):
    code = "line_of_another_order"
    message = _("A line does not belong to {number}.")


class ReceiptTooLarge(DomainError):
    """More came in than was ordered and the item's tolerance allows."""

    code = "receipt_too_large"
    message = _("{sku}: {received} {unit} received, only {open} {unit} still open on {number}.")

    @classmethod
    def of(cls, *, sku: str, received: Decimal, open_qty: Decimal, unit: str, number: str) -> Self:
        return cls(
            sku=sku, received=quantities.show(received), open=quantities.show(open_qty), unit=unit, number=number
        )


class ReceiptReversed(DomainError):
    code = "receipt_reversed"
    message = _("The receipt {number} was taken back; no cost can be put on it.")


class PlaceNotEmpty(DomainError):
    code = "place_not_empty"
    message = _("Goods lie in {place}. Move them first.")


class CountedMeanwhile(DomainError):
    """A move would change what stood there before a posted count, which has seen its effect already."""

    code = "counted_meanwhile"
    message = _("{sku} at {place} was counted on {moment}. A move dated before that would change the count.")


class StocktakeClosed(DomainError):
    code = "stocktake_closed"
    message = _("{number} is {status}; nothing can be counted in it any more.")


class StocktakeNotCounted(DomainError):
    code = "stocktake_not_counted"
    message = _("{number}: nothing has been counted yet.")


class StocktakeEmpty(DomainError):
    code = "stocktake_empty"
    message = _("Nothing lies there that could be counted.")


class NotInStocktake(DomainError):
    code = "not_in_stocktake"
    message = _("{code} is not known here. Scan a place, an item or a lot.")


class AlreadyCounting(DomainError):
    code = "already_counting"
    message = _("{number} counts the same goods; post or cancel it first.")


class ReasonMissing(DomainError):
    code = "reason_missing"
    message = _("Say why.")
