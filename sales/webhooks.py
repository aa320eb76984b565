"""What other systems may hear of deals, quotes and orders."""

from django.utils.translation import gettext_lazy as _

from core.api.publishing import tells
from sales import events

tells(events.DealOpened, "deal.opened", _("A deal was opened"), resource="deals", record="deal_id")
tells(events.DealMoved, "deal.moved", _("A deal moved to another stage"), resource="deals", record="deal_id")
tells(events.DealWon, "deal.won", _("A deal is won"), resource="deals", record="deal_id")
tells(events.DealLost, "deal.lost", _("A deal is lost"), resource="deals", record="deal_id")
tells(events.QuoteSent, "quote.sent", _("A quote was sent"), resource="quotes", record="quote_id")
tells(events.QuoteAccepted, "quote.accepted", _("A client accepted a quote"), resource="quotes", record="quote_id")
tells(events.OrderConfirmed, "order.confirmed", _("An order is confirmed"), resource="orders", record="order_id")
tells(events.OrderShipped, "order.shipped", _("All goods of an order left"), resource="orders", record="order_id")
tells(events.OrderCancelled, "order.cancelled", _("An order was cancelled"), resource="orders", record="order_id")
tells(events.OrderDone, "order.done", _("An order is fulfilled"), resource="orders", record="order_id")
tells(
    events.ShipmentPosted, "shipment.posted", _("Goods left for a client"), resource="shipments", record="shipment_id"
)
