from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class StageCategory(TextChoices):
    OPEN = "open", _("Open")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class DealStatus(TextChoices):
    OPEN = "open", _("Open")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class DealPersonRole(TextChoices):
    DECIDER = "decider", _("Decides")
    USER = "user", _("Uses")
    PAYER = "payer", _("Pays")
    INFLUENCER = "influencer", _("Influences")


class LossReason(TextChoices):
    PRICE = "price", _("Price")
    TIME = "time", _("Delivery time")
    COMPETITOR = "competitor", _("Competitor")
    NO_NEED = "no_need", _("No need any more")
    NO_ANSWER = "no_answer", _("No answer")
    OTHER = "other", _("Other")


class EstimateStatus(TextChoices):
    ASKED = "asked", _("Asked")
    ANSWERED = "answered", _("Answered")
    REFUSED = "refused", _("Refused")


class EstimateKind(TextChoices):
    MATERIAL = "material", _("Material")
    WORK = "work", _("Work")
    INSTALLATION = "installation", _("Installation")
    TRANSPORT = "transport", _("Transport")
    OTHER = "other", _("Other")


class ApprovalStatus(TextChoices):
    ASKED = "asked", _("Asked")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")


class QuoteStatus(TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")
    EXPIRED = "expired", _("Expired")
    SUPERSEDED = "superseded", _("Superseded")


class OrderStatus(TextChoices):
    DRAFT = "draft", _("Draft")
    CONFIRMED = "confirmed", _("Confirmed")
    IN_PROGRESS = "in_progress", _("In progress")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class ShipmentStatus(TextChoices):
    DRAFT = "draft", _("Draft")
    SHIPPED = "shipped", _("Shipped")
    DELIVERED = "delivered", _("Delivered")


class OrderCostKind(TextChoices):
    GOODS = "goods", _("Goods shipped")
    SITE_PARTS = "site_parts", _("Parts used at the site")
    TRANSPORT = "transport", _("Transport")
    INSTALLATION = "installation", _("Installation")
    LATE_COST = "late_cost", _("Cost learned late")
    OTHER = "other", _("Other")
