"""One record of nearly every kind, made by the services, so that machine-made calls meet something."""

from __future__ import annotations

from decimal import Decimal

from core.actors import SYSTEM
from crm.services.interactions import log_interaction
from crm.services.persons import add_contact_point
from finance.services.allocations import allocate
from marketing.services.campaigns import add_campaign_cost, create_campaign, record_touch
from sales.services.quotes import send_quote
from tests.factories.core import make_team, make_user
from tests.factories.crm import MORNING, make_lead, make_person, make_source, make_task
from tests.factories.finance import DAY, make_account, make_invoice, make_payment
from tests.factories.inventory import make_item, make_lot, make_purchase_order, make_terms
from tests.factories.production import make_work_order
from tests.factories.sales import NOON, make_deal, make_order, make_quote
from tests.factories.support import make_ticket, make_visit


def one_of_each() -> None:
    """Clients to tickets; who needs more of a kind makes it himself."""
    make_team(make_user("seller"))
    source = make_source()
    lead = make_lead(source_id=source.pk)
    deal = make_deal()
    person = make_person(deal.client)
    add_contact_point(kind="phone", value="+49 30 1234567", person_id=person.pk, by=SYSTEM)
    log_interaction(kind="call", at=MORNING, client_id=deal.client_id, by=SYSTEM)
    make_task()
    send_quote(quote_id=make_quote(deal).pk, at=NOON, by=SYSTEM)
    make_quote()
    make_order()
    make_visit()
    make_ticket()
    make_work_order()
    item = make_item()
    make_lot(item)
    make_terms(item)
    make_purchase_order()
    invoice = make_invoice()
    payment = make_payment("50.00", account=make_account(invoice.branch), entity=invoice.legal_entity)
    allocate(invoice_id=invoice.pk, payment_id=payment.pk, amount=Decimal(20), on=DAY, by=SYSTEM)
    make_payment("10.00")
    campaign = create_campaign(code="SPRING", name="Spring", source_id=source.pk, by=SYSTEM)
    add_campaign_cost(campaign_id=campaign.pk, label="Ads", amount=Decimal(5), on=DAY, by=SYSTEM)
    record_touch(source_id=source.pk, lead_id=lead.pk, at=MORNING, by=SYSTEM)
