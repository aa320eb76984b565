from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ItemType(TextChoices):
    GOODS = "goods", _("Goods")
    SERVICE = "service", _("Service")


class ServiceRole(TextChoices):
    """What a service stands for in the life of an order."""

    NONE = "", _("Other")
    INSTALLATION = "installation", _("Installation at the client's")
    TRANSPORT = "transport", _("Transport")


class ItemStatus(TextChoices):
    ACTIVE = "active", _("Active")
    PHASED_OUT = "phased_out", _("Phased out")


class Valuation(TextChoices):
    FIFO = "fifo", _("First in, first out")
    AVERAGE = "average", _("Moving average")


class Tracking(TextChoices):
    NONE = "none", _("Not tracked")
    LOT = "lot", _("By lot")
    SERIAL = "serial", _("By serial number")


class Replenishment(TextChoices):
    BUY = "buy", _("Bought")
    MAKE = "make", _("Made")


class LocationKind(TextChoices):
    STOCK = "stock", _("Stock")
    TRANSIT = "transit", _("On the way")
    PRODUCTION = "production", _("Production")
    CUSTOMER = "customer", _("Customers")
    SUPPLIER = "supplier", _("Suppliers")
    LOSS = "loss", _("Differences and losses")
    OPENING = "opening", _("Opening stock")


class LotStatus(TextChoices):
    FREE = "free", _("Free")
    QUARANTINE = "quarantine", _("Quarantine")
    BLOCKED = "blocked", _("Blocked")


class MoveKind(TextChoices):
    OPENING = "opening", _("Opening stock")
    RECEIPT = "receipt", _("Receipt")
    ISSUE = "issue", _("Issue to production")
    OUTPUT = "output", _("Output of production")
    SHIPMENT = "shipment", _("Shipment")
    SITE_ISSUE = "site_issue", _("Used at the client's site")
    TRANSFER = "transfer", _("Transfer")
    COUNT = "count", _("Count difference")
    SCRAP = "scrap", _("Scrap")
    RETURN = "return", _("Return")
    REVERSAL = "reversal", _("Reversal")


class DemandStatus(TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class SupplyKind(TextChoices):
    PURCHASE = "purchase", _("Purchase")
    MAKE = "make", _("Production")


class SupplyStatus(TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class PegStatus(TextChoices):
    OPEN = "open", _("Open")
    USED = "used", _("Used")
    RELEASED = "released", _("Released")


class PurchaseStatus(TextChoices):
    """Only draft, ordered and cancelled are set by people; the rest follows from the lines."""

    DRAFT = "draft", _("Draft")
    ORDERED = "ordered", _("Ordered")
    PART_RECEIVED = "part_received", _("Part received")
    RECEIVED = "received", _("Received")
    CANCELLED = "cancelled", _("Cancelled")


class ReceiptStatus(TextChoices):
    DRAFT = "draft", _("Draft")
    POSTED = "posted", _("Posted")


class CostKey(TextChoices):
    """By what a freight bill is shared over the lines of a receipt."""

    VALUE = "value", _("Value")
    WEIGHT = "weight", _("Weight")
    QUANTITY = "quantity", _("Quantity")


class AdjustmentTarget(TextChoices):
    STOCK = "stock", _("Stock still there")
    USED = "used", _("Goods used meanwhile")


class StocktakeStatus(TextChoices):
    """A count is open until it is posted or given up."""

    OPEN = "open", _("Counting")
    POSTED = "posted", _("Posted")
    CANCELLED = "cancelled", _("Cancelled")
