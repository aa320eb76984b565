from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class InvoiceKind(TextChoices):
    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")
    BILL = "bill", _("Supplier bill")


class InvoiceStatus(TextChoices):
    """Paid states follow from allocations and are not stored."""

    DRAFT = "draft", _("Draft")
    POSTED = "posted", _("Posted")


class InvoiceState(TextChoices):
    """How far a document is settled on a day; derived, never stored."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    PART_PAID = "part_paid", _("Part paid")
    PAID = "paid", _("Paid")
    CREDITED = "credited", _("Credited")


class PaymentDirection(TextChoices):
    IN = "in", _("Received")
    OUT = "out", _("Paid out")


class PaymentStatus(TextChoices):
    POSTED = "posted", _("Posted")
    REVERSED = "reversed", _("Reversed")


class StatementFormat(TextChoices):
    CSV = "csv", "CSV"
    CAMT053 = "camt053", "CAMT.053"


class StatementLineStatus(TextChoices):
    NEW = "new", _("New")
    MATCHED = "matched", _("Matched")
    IGNORED = "ignored", _("Ignored")


class PeriodStatus(TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
