"""An order to a supplier leaves by mail, with its paper: made by a worker, sent through the outbox, once."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.actors import Actor
from core.documents.services import paper_for_mail
from core.jobs.running import Running, runs
from core.jobs.services import start_job
from core.models import Job
from core.services import outbox
from core.transactions import command
from inventory.choices import PurchaseStatus
from inventory.errors import PurchaseNotOrdered
from inventory.models import PurchaseOrder

KIND = "inventory.mail_purchase_order"


@command
def mail_purchase_order(*, order_id: int, to: str, text: str, by: Actor, key: str) -> Job:
    """Send the paper of a placed order to an address of the supplier. The same `key` sends one mail.

    Drawing the paper is a worker's job, which survives a crash. Raises PurchaseNotOrdered for drafts and cancelled.
    """
    order = PurchaseOrder.objects.locked().get(pk=order_id)
    policy.require(by, "inventory.place_purchase_order", order)
    if order.status in (PurchaseStatus.DRAFT, PurchaseStatus.CANCELLED):
        raise PurchaseNotOrdered(number=order.number, status=order.get_status_display())
    params: dict[str, Any] = {"order": order.pk, "to": to, "text": text, "key": key}
    title = _("Purchase order %(number)s to %(to)s") % {"number": order.number, "to": to}
    return start_job(kind=KIND, params=params, by=by, title=title, total=1, key=f"purchase-mail:{order.pk}:{key}")


@runs(KIND)
def send_order(job: Running) -> None:
    """Draw the paper and put the mail into the outbox; a second run finds both."""
    order = PurchaseOrder.objects.select_related("supplier__client", "organization").get(pk=job.params["order"])
    paper = paper_for_mail(kind="inventory.purchase_order", record_id=order.pk, by=job.by)
    with translation.override(order.supplier.client.language or None):
        subject = _("Purchase order %(number)s") % {"number": order.number}
    outbox.enqueue_mail(
        to=job.params["to"],
        subject=subject,
        text=job.params["text"],
        attachment_ids=[paper.pk],
        dedupe_key=f"purchase:{order.pk}:{job.params['key']}",
    )
    job.advance(1)
    job.finish({str(gettext_lazy("Mail")): job.params["to"]})
