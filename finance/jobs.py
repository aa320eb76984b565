"""Background work of finance."""

from django.utils.translation import gettext as _

from core.documents.services import paper_for_mail
from core.jobs.running import Running, runs
from finance.choices import InvoiceKind
from finance.models import Invoice
from finance.services.mailing import MAIL_JOB, hand_over


@runs(MAIL_JOB)
def send_invoice(job: Running) -> None:
    """Draw the paper if it is not there yet, then put the mails into the outbox; again changes nothing."""
    invoice = Invoice.objects.get(pk=job.params["invoice"])
    kind = "finance.credit_note" if invoice.kind == InvoiceKind.CREDIT_NOTE else "finance.invoice"
    attachment = paper_for_mail(kind=kind, record_id=invoice.pk, by=job.by)
    hand_over(
        invoice_id=invoice.pk,
        attachment=attachment,
        to=job.params["to"],
        subject=job.params["subject"],
        text=job.params["text"],
        sending=str(job.job.uuid),
    )
    job.finish({str(_("Given to the post")): job.params["to"]})
