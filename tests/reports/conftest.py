"""A small month of sales: leads, deals and orders of one seller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core.actors import SYSTEM
from core.models import Branch, User
from crm.services.leads import reject_lead
from inventory.models import Item
from marketing.models import Campaign, CampaignCost
from sales.choices import LossReason
from sales.models import SalesOrder
from sales.services.confirming import confirm_order
from sales.services.deals import lose_deal, move_deal, win_without_quote
from sales.services.leads import qualify_lead
from tests.factories.core import make_branch, make_currency, make_organization, make_user
from tests.factories.crm import make_lead, make_source
from tests.factories.inventory import make_warehouse, stock_up
from tests.factories.sales import make_order, make_pipeline, make_sold_item

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


def on(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


@dataclass
class Month:
    branch: Branch
    seller: User
    campaign: Campaign
    item: Item
    order: SalesOrder


@pytest.fixture
def month(db) -> Month:
    return make_month()


def make_month() -> Month:
    """Five leads (two of a campaign), three deals: one won, one lost, one open at 40 %; one order of 3 items."""
    organization = make_organization(currency=make_currency("EUR"))
    branch = make_branch(organization=organization)
    seller = make_user("seller")
    make_pipeline()
    source = make_source()
    campaign = Campaign.objects.create(code="SPRING", name="Spring", source=source)
    CampaignCost.objects.create(campaign=campaign, label="Ads", amount=Decimal("300.00"), spent_on=date(2026, 3, 1))
    CampaignCost.objects.create(campaign=campaign, label="Late", amount=Decimal("50.00"), spent_on=date(2026, 4, 2))
    leads = [
        make_lead(received_at=on(2 + number), owner_id=seller.pk, source_id=source.pk if number in (0, 3) else None)
        for number in range(5)
    ]
    for lead in leads[1:3]:
        reject_lead(lead_id=lead.pk, reason="spam", at=on(7), by=SYSTEM)
    deals = {
        number: qualify_lead(lead_id=leads[number].pk, amount=Decimal(amount), at=on(8 + number), by=SYSTEM)
        for number, amount in ((0, "1979.84"), (3, "2640.00"), (4, "1250.00"))
    }
    for number, stages in (
        (0, ("estimate", "proposal", "negotiation")),
        (3, ("estimate", "proposal")),
        (4, ("estimate",)),
    ):
        for step, stage in enumerate(stages):
            move_deal(deal_id=deals[number].pk, stage_code=stage, at=on(14 + step), by=SYSTEM)
    won = win_without_quote(deal_id=deals[0].pk, reason="by phone", at=on(20), by=SYSTEM)
    lose_deal(deal_id=deals[3].pk, reason=LossReason.PRICE, at=on(21), by=SYSTEM)
    warehouse, item = make_warehouse(branch=branch), make_sold_item("100.00")
    stock_up(item, warehouse, 10, value="400.00", at=on(1))
    order = make_order([(item, 3)], warehouse=warehouse, owner=seller, at=on(20))
    order.deal = won
    order.save()
    confirm_order(order_id=order.pk, at=on(20), by=SYSTEM)
    return Month(branch=branch, seller=seller, campaign=campaign, item=item, order=order)
