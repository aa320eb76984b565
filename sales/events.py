from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DealOpened:
    """There is a new chance to sell."""

    deal_id: int


@dataclass(frozen=True)
class DealMoved:
    """An open deal went on to another open stage."""

    deal_id: int
    stage_id: int


@dataclass(frozen=True)
class DealWon:
    """A deal is won; the order is None when it was won without a quote."""

    deal_id: int
    order_id: int | None = None


@dataclass(frozen=True)
class DealLost:
    """A deal is lost, with its reason on the record."""

    deal_id: int


@dataclass(frozen=True)
class EstimateRequested:
    """A seller asks what something would cost and how long it would take."""

    request_id: int


@dataclass(frozen=True)
class EstimateAnswered:
    """The question has its answer, or was refused."""

    request_id: int


@dataclass(frozen=True)
class QuoteSent:
    """A revision of an offer is out and will not change any more."""

    quote_id: int


@dataclass(frozen=True)
class QuoteAccepted:
    """The client said yes to a quote; the order is made of it."""

    quote_id: int
    order_id: int


@dataclass(frozen=True)
class ClientAnswered:
    """The client said yes or no to a quote on his own page, where nobody of us was present."""

    quote_id: int


@dataclass(frozen=True)
class ApprovalAsked:
    """A quote goes beyond its seller's limit; somebody with a higher one is asked."""

    approval_id: int


@dataclass(frozen=True)
class DiscountDecided:
    """The discount was granted or refused."""

    approval_id: int


@dataclass(frozen=True)
class OrderConfirmed:
    """The client's order became a promise: prices are fixed and goods are set aside."""

    order_id: int


@dataclass(frozen=True)
class OrderCancelled:
    """An order will not be fulfilled; what was set aside is free again."""

    order_id: int


@dataclass(frozen=True)
class ShipmentPosted:
    """Goods of an order left the warehouse."""

    shipment_id: int


@dataclass(frozen=True)
class OrderShipped:
    """All goods of an order have left."""

    order_id: int


@dataclass(frozen=True)
class OrderDone:
    """Everything ordered is shipped and performed."""

    order_id: int
