"""Marketing listens: whoever writes to us was reached through a source."""

from core.actors import SYSTEM
from core.events import handles
from crm.events import LeadReceived
from crm.models import Lead
from marketing.choices import TouchKind
from marketing.services.campaigns import record_touch


@handles(LeadReceived)
def note_first_touch(event: LeadReceived) -> None:
    """A lead that names its source counts as a touch of it, once."""
    lead = Lead.objects.get(pk=event.lead_id)
    if lead.source_id is None:
        return
    record_touch(
        source_id=lead.source_id,
        at=lead.received_at,
        by=SYSTEM,
        kind=TouchKind.FORM,
        lead_id=lead.pk,
        client_id=lead.client_id,
        key=f"crm.lead:{lead.pk}",
    )
