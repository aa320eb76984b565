"""Who and what the demo's happenings work with."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.actors import SYSTEM
from core.models import Branch, Role, RoleAssignment, Team, User
from core.services import organisation
from crm.models import LeadRoute
from crm.services.sources import create_source
from inventory.models import SupplierItem
from inventory.selectors import stock
from inventory.services import premises
from inventory.services.items import set_standard_costs
from marketing.models import Campaign
from marketing.services import campaigns
from reports.services.plans import set_plan
from samples.demo.timeline import Timeline
from samples.story import world as worlds

GIVEN = Path(__file__).with_name("company.json")
MORE_SELLERS = [("Jonas", "Ekholm"), ("Mira", "Duarte")]
# Code, name, cost, channel, whether it runs on.
CAMPAIGNS = [
    ("FAIR-KOELN", "Fair in Cologne", "6200.00", "fair", False),
    ("SEARCH-ADS", "Search adverts", "3900.00", "ads", True),
]


@dataclass
class Company:
    world: worlds.World
    timeline: Timeline
    sellers: list[User]
    campaigns: list[Campaign]
    prices: dict[str, Decimal]
    seller_limit: Decimal
    firms: set[str] = field(default_factory=set)  # who has asked already

    @property
    def users(self) -> dict[str, User]:
        return self.world.users

    def item_id(self, sku: str) -> int:
        return self.world.items[sku].pk

    def price(self, sku: str) -> Decimal:
        return self.prices[sku]

    def free(self, sku: str) -> Decimal:
        """What of an item nobody has reserved."""
        item_id = self.item_id(sku)
        found = stock.availability(self.world.warehouse.pk, [item_id]).get(item_id)
        return found.free if found else Decimal(0)


def found(fixture: dict[str, Any], timeline: Timeline, *, since: datetime) -> Company:
    """Set the company up as it was at `since`: stock, recipes, prices, people, campaigns."""
    for layer in fixture["opening_layers"]:
        layer["at"] = since.isoformat()
    fixture["campaign"]["spent_on"] = since.date().isoformat()
    world = worlds.build(fixture)
    team = Team.objects.get(name="Sales")
    sellers = [world.users["seller"]]
    for first, last in MORE_SELLERS:
        user = User.objects.create_user(
            f"{first}.{last}@{fixture['organization']['code']}.example".lower(), first_name=first, last_name=last
        )
        RoleAssignment.objects.create(user=user, role=Role.objects.get(code="seller"))
        team.members.add(user)
        sellers.append(user)
    _settle(world, fixture)
    LeadRoute.objects.all().delete()
    running = [world.campaign, *(_campaign(world, *given, since=since) for given in CAMPAIGNS)]
    return Company(
        world=world,
        timeline=timeline,
        sellers=sellers,
        campaigns=running,
        prices={sku: Decimal(price) for sku, price in fixture["prices"].items()},
        seller_limit=Decimal(fixture["discount_limits"]["seller"]),
    )


def _settle(world: worlds.World, fixture: dict[str, Any]) -> None:
    """The names people use, and everybody's clock."""
    zone = fixture["calendar"]["time_zone"]
    organisation.change_organization(organization_id=world.organization.pk, changes={"time_zone": zone}, by=SYSTEM)
    for branch in Branch.objects.filter(organization=world.organization):
        organisation.change_branch(branch_id=branch.pk, changes={"time_zone": zone}, by=SYSTEM)
    User.objects.update(time_zone=zone)
    costs = {offer.item_id: offer.price for offer in SupplierItem.objects.filter(rank=1)}
    set_standard_costs(costs=costs, since=date(2020, 1, 1), by=SYSTEM)
    premises.change_warehouse(warehouse_id=world.warehouse.pk, name="Main warehouse", is_active=True, by=SYSTEM)


def _campaign(
    world: worlds.World, code: str, name: str, cost: str, channel: str, runs_on: bool, *, since: datetime
) -> Campaign:
    marketer = world.users["marketer"]
    source = create_source(code=code.lower(), name=name, utm_pattern=code, channel=channel, by=marketer)
    campaign = campaigns.create_campaign(
        code=code, name=name, source_id=source.pk, by=marketer, budget=Decimal(cost) + 500, starts_on=since.date(),
        ends_on=None if runs_on else (since + timedelta(days=340)).date(),
    )  # fmt: skip
    campaigns.set_campaign_status(campaign_id=campaign.pk, status="running", at=since, by=marketer)
    for quarter in range(4):
        campaigns.add_campaign_cost(
            campaign_id=campaign.pk,
            label=name,
            amount=(Decimal(cost) / 4).quantize(Decimal("0.01")),
            on=(since + timedelta(days=91 * quarter)).date(),
            by=marketer,
        )
    return campaign


def set_targets(company: Company, *, since: datetime, until: datetime) -> None:
    """A monthly target of won deals for each seller, from the first month of the demo to the end of its last year."""
    targets = ("5200.00", "4300.00", "3600.00")
    month = since.date().replace(day=1)
    while month <= until.date().replace(month=12, day=31):
        for seller, target in zip(company.sellers, targets, strict=True):
            set_plan(
                person_id=seller.pk, indicator="won_amount", month=month, target=Decimal(target),
                by=company.users["director"],
            )  # fmt: skip
        month = (month + timedelta(days=32)).replace(day=1)


def fixture() -> dict[str, Any]:
    return json.loads(GIVEN.read_text(encoding="utf-8"))
