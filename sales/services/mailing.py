"""Quotes on their way to clients: frozen at once, drawn and mailed by a worker."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor
from core.documents.figures import spoken
from core.documents.services import paper_for_mail
from core.jobs.running import Running, runs
from core.jobs.services import start_job
from core.models import OutboxMessage
from core.services.outbox import enqueue_mail
from core.transactions import command
from crm.services.interactions import log_interaction
from sales.choices import QuoteStatus
from sales.errors import QuoteNotOpen
from sales.models import Quote
from sales.selectors.links import quote_links
from sales.services.quotes import send_quote

MAIL = "sales.mail_quote"


@command
def send_quote_by_mail(
    *, quote_id: int, to: str, subject: str, text: str, at: datetime, by: Actor, key: str, stage_code: str | None = None
) -> Quote:
    """Send a draft and mail it with its PDF and the client's page; a sent one is mailed once more.

    Without an address it is only sent. The PDF is drawn and the mail written by a worker after commit; the same `key`
    mails once. Raises what `send_quote` raises.
    """
    quote = send_quote(quote_id=quote_id, at=at, by=by, stage_code=stage_code)
    if to:
        start_job(
            kind=MAIL,
            params={"quote_id": quote.pk, "to": to, "subject": subject, "text": text, "at": at.isoformat()},
            by=by,
            title=_("Mail quote {number} to {to}").format(number=quote.number, to=to),
            key=f"{MAIL}:{quote.pk}:{key}"[:120],
        )
    return quote


@runs(MAIL)
def mail_quote(job: Running) -> None:
    """Draw the PDF and put the mail into the outbox. A second run finds both and changes nothing."""
    quote = Quote.objects.select_related("deal__owner", "legal_entity__client").get(pk=job.params["quote_id"])
    policy.require(job.by, "sales.send_quote", quote)
    if quote.status not in {QuoteStatus.SENT, QuoteStatus.ACCEPTED}:
        raise QuoteNotOpen(number=quote.number, revision=quote.revision, status=quote.get_status_display())
    paper = paper_for_mail(kind="sales.quote", record_id=quote.pk, by=job.by)
    dedupe_key, to = f"{MAIL}:{job.job.pk}", job.params["to"]
    with transaction.atomic():
        if not OutboxMessage.objects.filter(dedupe_key=dedupe_key).exists():
            owner = quote.deal.owner
            enqueue_mail(
                to=to,
                subject=job.params["subject"],
                text=with_link(quote, job.params["text"]),
                dedupe_key=dedupe_key,
                attachment_ids=[paper.pk],
                reply_to=[owner.email] if owner else (),
            )
            if policy.allows(job.by, "crm.log_interaction"):
                log_interaction(
                    kind="mail", direction="out", at=timezone.now(), by=job.by, client_id=quote.legal_entity.client_id,
                    subject=job.params["subject"], body=job.params["text"], links=[quote.deal, quote],
                )  # fmt: skip
    job.finish({str(_("Mailed to")): to})


def with_link(quote: Quote, text: str) -> str:
    """The letter with the address of the page where the client answers, in his language."""
    link = quote_links([quote]).get(quote.pk, "")
    if not link:
        return text
    with translation.override(spoken(quote.legal_entity.client.language)):
        told = _("See the quote and answer it here:")
    return f"{text.rstrip()}\n\n{told}\n{link}\n"
