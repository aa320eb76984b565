"""What other systems may hear of invoices and money."""

from django.utils.translation import gettext_lazy as _

from core.api.publishing import tells
from finance import events

tells(events.InvoicePosted, "invoice.posted", _("An invoice was posted"), resource="invoices", record="invoice_id")
tells(events.InvoicePaid, "invoice.paid", _("An invoice is paid"), resource="invoices", record="invoice_id")
tells(events.PaymentRecorded, "payment.recorded", _("Money came or went"), resource="payments", record="payment_id")
