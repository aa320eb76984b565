"""What finance tells those above it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class InvoicePosted:
    """An invoice, a credit note or a supplier's bill got its number and is frozen."""

    invoice_id: int


@dataclass(frozen=True)
class PaymentRecorded:
    """Money came or went."""

    payment_id: int


@dataclass(frozen=True)
class InvoicePaid:
    """Nothing is open on the invoice or bill any more."""

    invoice_id: int


@dataclass(frozen=True)
class StatementImported:
    """A bank statement brought rows that were not known."""

    import_id: int
