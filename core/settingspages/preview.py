"""A sample paper in the look of an organisation, drawn by a worker and kept for the one who asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.actors import Actor
from core.documents.facts import Fact, PricedLine, PriceSheet, Receiver, TaxRow, Term, Totals
from core.documents.letterhead import senders
from core.documents.snapshot import packed, unpacked
from core.jobs.running import Running, runs
from core.jobs.services import start_job
from core.models import Job, JobFile, Organization

KIND = "core.paper_preview"
PDF = "application/pdf"


@dataclass(frozen=True)
class Preview:
    job: Job
    file: JobFile | None


def start_preview(*, organization_id: int, by: Actor) -> Job:
    """Ask for a sample quote in the present look; asked again while one is drawn, it is the same job."""
    organization = Organization.objects.get(pk=organization_id)
    policy.require(by, "core.manage_organization", organization)
    waiting = _latest(organization)
    if waiting is not None and waiting.is_open:
        return waiting
    params = {"organization": organization.pk}
    return start_job(kind=KIND, params=params, by=by, title=_("Preview of a paper"), total=1)


def preview_of(organization: Organization) -> Preview | None:
    """The newest sample of an organisation, with its file once it is there."""
    job = _latest(organization)
    return Preview(job, job.files.order_by("-pk").first()) if job is not None else None


def _latest(organization: Organization) -> Job | None:
    return Job.objects.filter(kind=KIND, params__organization=organization.pk).order_by("-pk").first()


@runs(KIND)
def draw_preview(job: Running) -> None:
    """Draw the sample; doing it twice replaces the file."""
    from core.documents.rendering import Sheet, draw

    organization = Organization.objects.get(pk=job.params["organization"])
    sheet = unpacked(packed(sample(organization)))
    drawn = draw([Sheet("documents/quote.html", sheet, "en", is_draft=True)])
    job.keep_file("preview.pdf", drawn.content, PDF)
    job.advance(1)
    job.finish({str(gettext_lazy("Pages")): drawn.pages})


def sample(organization: Organization) -> PriceSheet:
    """A quote nobody sent: invented lines with sums that add up."""
    today = timezone.localdate()
    net, tax = Decimal("4950.00"), Decimal("990.00")
    lines = (
        PricedLine(_("Oak worktop, oiled"), "OAK-40", Decimal("3"), _("pcs"), Decimal("850.00"), Decimal("2550.00")),
        PricedLine(_("Fitting on site"), "FIT-1", Decimal("16"), _("h"), Decimal("150.00"), Decimal("2400.00")),
    )
    facts = (
        Fact(_("Quote"), "SAMPLE-0001", strong=True),
        Fact(_("Date"), today),
        Fact(_("Valid until"), today + timedelta(days=30)),
    )
    sender = senders([organization])[organization.pk]
    terms = [Term(_("Payment"), _("Within 14 days."))]
    if sender.terms:
        terms.append(Term(_("Terms"), sender.terms))
    return PriceSheet(
        number="SAMPLE-0001",
        title=_("Sample paper"),
        sender=sender,
        receiver=Receiver(_("For"), _("A client"), (_("1 Example Street"), _("Example Town"))),
        facts=facts,
        lines=lines,
        totals=Totals(net, net + tax, organization.currency_id, taxes=(TaxRow(Decimal(20), net, tax),)),
        terms=tuple(terms),
        sign_for=_("A client"),
        sign_by=organization.name,
    )
