from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class VisitStatus(TextChoices):
    PLANNED = "planned", _("Planned")
    IN_FIELD = "in_field", _("In the field")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class TicketStatus(TextChoices):
    NEW = "new", _("New")
    WORKING = "working", _("Working")
    WAITING = "waiting", _("Waiting for the client")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")


class TicketDecision(TextChoices):
    REPAIR = "repair", _("Repair")
    REPLACE = "replace", _("Replace")
    CREDIT = "credit", _("Credit note")
    REJECT = "reject", _("No claim")


class Severity(TextChoices):
    LOW = "low", _("Low")
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")


class UploadKind(TextChoices):
    PHOTO = "photo", _("Photo")
    SIGNATURE = "signature", _("Signature")
