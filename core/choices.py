from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Reach(IntegerChoices):
    """How far a right goes. A higher reach includes the lower ones."""

    NONE = 0, _("Nobody's records")
    OWN = 1, _("Own records")
    TEAM = 2, _("Records of the own teams")
    BRANCH = 3, _("Records of the own branches")
    ALL = 4, _("All records")


class Weekday(IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class DeliveryStatus(TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    DEAD = "dead", _("Given up")


class OutboxKind(TextChoices):
    MAIL = "mail", _("E-mail")
    WEBHOOK = "webhook", _("Call to another system")


class OutboxPolicy(TextChoices):
    """What happens to a message whose fate is unknown after a crash."""

    DOCUMENT = "document", _("Send once more with the same Message-ID")
    MARKETING = "marketing", _("Do not send again, show it")


class OutboxStatus(TextChoices):
    NEW = "new", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    BOUNCED = "bounced", _("Bounced")
    SUPPRESSED = "suppressed", _("Suppressed")
    UNKNOWN = "unknown", _("Unknown")


class Origin(TextChoices):
    """Where a document was born. Imported history never moves stock or money here."""

    OWN = "own", _("Made here")
    IMPORTED = "imported", _("Imported history")


class ViewScope(TextChoices):
    """Who else sees a saved view."""

    PRIVATE = "private", _("Only me")
    TEAM = "team", _("A team")
    ALL = "all", _("Everybody")


class Tone(TextChoices):
    """A colour with a meaning; always beside a word."""

    PLAIN = "", _("Grey")
    BRAND = "brand", _("Petrol")
    OK = "ok", _("Green")
    WARN = "warn", _("Amber")
    BAD = "bad", _("Red")
    INFO = "info", _("Violet")


class FieldKind(TextChoices):
    """What a field of the company's own holds."""

    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    MONEY = "money", _("Money")
    DATE = "date", _("Date")
    CHOICE = "choice", _("Choice")
    CHOICES = "choices", _("Several choices")
    YESNO = "yesno", _("Yes or no")
    LINK = "link", _("Link to a record")


class IndexState(TextChoices):
    """How far the index behind a fast filter is."""

    NONE = "none", _("off")
    BUILDING = "building", _("being built")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")
