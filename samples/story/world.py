"""Sets up the company of a story fixture: organisation, people, items, stock, recipes, prices, bank."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from core.actors import SYSTEM
from core.choices import Weekday
from core.models import (
    Branch,
    Currency,
    Holiday,
    Organization,
    Role,
    RoleAssignment,
    Tax,
    TaxRate,
    Team,
    User,
    WorkCalendar,
    WorkShift,
)
from crm.models import Client, LeadRoute, LegalEntity, Source
from crm.services import clients, persons
from finance.models import BankAccount
from inventory.choices import ItemType, LocationKind, MoveKind, Replenishment, ServiceRole, Valuation
from inventory.models import Item, SupplierItem, Unit, Warehouse
from inventory.services import moves, places
from marketing.models import Campaign
from marketing.services import campaigns
from production.choices import BOMStatus
from production.models import BOM, BOMLine, BOMOperation, CenterSlot, WorkCenter
from sales.choices import StageCategory
from sales.models import DiscountPolicy, Pipeline, PriceList, PriceRule, Stage

PEOPLE = {
    "seller": ("Anna", "Keller"),
    "head_of_sales": ("Viktor", "Lang"),
    "purchaser": ("Olga", "Brandt"),
    "storekeeper": ("Jan", "Novak"),
    "production_lead": ("Petra", "Weiss"),
    "operator": ("Dan", "Ross"),
    "accountant": ("Maria", "Costa"),
    "marketer": ("Leo", "Hart"),
    "director": ("Helen", "Stone"),
}


@dataclass
class World:
    """What the steps need to name: records by the codes of the fixture."""

    organization: Organization
    branch: Branch
    warehouse: Warehouse
    currency: Currency
    users: dict[str, User]
    items: dict[str, Item] = field(default_factory=dict)
    suppliers: dict[str, LegalEntity] = field(default_factory=dict)
    entities: dict[str, LegalEntity] = field(default_factory=dict)
    centers: dict[str, WorkCenter] = field(default_factory=dict)
    client: Client | None = None
    foreign: LegalEntity | None = None
    account: BankAccount | None = None
    campaign: Campaign | None = None
    pipeline: Pipeline | None = None


def build(fixture: dict[str, Any]) -> World:
    """Create everything that stands before the first request comes in. Into an empty database, once."""
    world = _company(fixture)
    _items(world, fixture)
    _parties(world, fixture)
    _recipes(world, fixture)
    _sales(world, fixture)
    _opening_stock(world, fixture)
    return world


def _calendar(fixture: dict[str, Any]) -> WorkCalendar:
    calendar = WorkCalendar.objects.create(code="plant", name="Plant", time_zone=fixture["calendar"]["time_zone"])
    WorkShift.objects.bulk_create(
        WorkShift(
            calendar=calendar,
            weekday=Weekday[day.upper()],
            starts=time.fromisoformat(start),
            ends=time.fromisoformat(end),
        )
        for day, stretches in fixture["calendar"]["shifts"].items()
        for start, end in stretches
    )
    Holiday.objects.bulk_create(
        Holiday(calendar=calendar, on=date.fromisoformat(day), name=name)
        for day, name in fixture["calendar"]["holidays"]
    )
    return calendar


def _company(fixture: dict[str, Any]) -> World:
    calendar = _calendar(fixture)
    currency, _ = Currency.objects.get_or_create(code=fixture["currency"], defaults={"name": fixture["currency"]})
    for code, percent in fixture["taxes"].items():
        tax = Tax.objects.create(code=code, name=code.capitalize())
        TaxRate.objects.create(tax=tax, percent=Decimal(percent), valid=(date(2000, 1, 1), None))
    given = fixture["organization"]
    organization = Organization.objects.create(
        code=given["code"], name=given["name"], currency=currency, calendar=calendar
    )
    branch = Branch.objects.create(organization=organization, code="north", name=given["branch"], calendar=calendar)
    warehouse = places.create_warehouse(
        branch_id=branch.pk, code=given["warehouse"].lower(), name=given["warehouse"], by=SYSTEM
    )
    users = {}
    for role, (first, last) in PEOPLE.items():
        user = User.objects.create_user(
            f"{first}.{last}@{given['code']}.example".lower(), first_name=first, last_name=last
        )
        RoleAssignment.objects.create(user=user, role=Role.objects.get(code=role))
        users[role] = user
    team = Team.objects.create(name="Sales", branch=branch, leader=users["head_of_sales"])
    team.members.add(users["seller"], users["head_of_sales"])
    return World(organization, branch, warehouse, currency, users)


def _items(world: World, fixture: dict[str, Any]) -> None:
    taxes = {tax.code: tax for tax in Tax.objects.all()}
    for given in fixture["items"]:
        unit, _ = Unit.objects.get_or_create(code=given["unit"], defaults={"name": given["unit"]})
        service = given.get("service")
        world.items[given["sku"]] = Item.objects.create(
            sku=given["sku"],
            name=given["name"],
            unit=unit,
            tax=taxes[given["tax"]],
            type=ItemType.SERVICE if service else ItemType.GOODS,
            service_role=ServiceRole(service) if service else ServiceRole.NONE,
            valuation=Valuation(given.get("valuation", fixture["valuation"])),
            replenishment=Replenishment.MAKE if given.get("made") else Replenishment.BUY,
            min_stock=Decimal(given.get("min_stock", "0")),
        )


def _parties(world: World, fixture: dict[str, Any]) -> None:
    given = fixture["client"]
    world.client = clients.create_client(name=given["name"], by=SYSTEM, owner_id=world.users["seller"].pk)
    for code, entity in given["entities"].items():
        world.entities[code] = clients.add_legal_entity(client_id=world.client.pk, by=SYSTEM, **entity)
    who = given["person"]
    persons.create_person(by=SYSTEM, client_id=world.client.pk, **who)
    stranger = clients.create_client(name=fixture["foreign_client"]["name"], by=SYSTEM)
    world.foreign = clients.add_legal_entity(
        client_id=stranger.pk, legal_name=fixture["foreign_client"]["legal_name"], by=SYSTEM
    )
    for code, name in fixture["suppliers"].items():
        supplier = clients.create_client(name=name, by=SYSTEM, is_supplier=True, is_customer=False)
        world.suppliers[code] = clients.add_legal_entity(client_id=supplier.pk, legal_name=name, by=SYSTEM)
    for terms in fixture["supplier_items"]:
        SupplierItem.objects.create(
            supplier=world.suppliers[terms["supplier"]],
            item=world.items[terms["item"]],
            price=Decimal(terms["price"]),
            currency=world.currency,
            pack_qty=Decimal(terms["pack"]),
            moq=Decimal(terms["moq"]),
            lead_days=terms["lead_days"],
        )
    world.account = BankAccount.objects.create(
        organization=world.organization,
        branch=world.branch,
        name="Main account",
        iban=fixture["bank"]["iban"],
        currency=world.currency,
        opening=Decimal(fixture["bank"]["opening"]),
    )


def _recipes(world: World, fixture: dict[str, Any]) -> None:
    for given in fixture["work_centers"]:
        center = WorkCenter.objects.create(
            branch=world.branch,
            code=given["code"],
            name=given["name"],
            calendar=world.branch.calendar,
            rate_per_hour=Decimal(given["rate_per_hour"]),
            capacity=given["capacity"],
        )
        world.centers[given["code"]] = center
        CenterSlot.objects.bulk_create(
            CenterSlot(
                center=center,
                lane=lane,
                period=(datetime.fromisoformat(start), datetime.fromisoformat(end)),
                reason="Taken before",
            )
            for start, end in given["taken"]
            for lane in range(1, center.capacity + 1)
        )
    for given in fixture["boms"]:
        bom = BOM.objects.create(
            item=world.items[given["item"]],
            status=BOMStatus.ACTIVE,
            valid=(date.fromisoformat(given["valid_from"]), None),
            batch_qty=Decimal(given["batch_qty"]),
        )
        BOMLine.objects.bulk_create(
            BOMLine(
                bom=bom,
                position=position,
                item=world.items[line["item"]],
                qty=Decimal(line["qty"]),
                scrap_pct=Decimal(line["scrap_pct"]),
            )
            for position, line in enumerate(given["lines"], start=1)
        )
        BOMOperation.objects.bulk_create(
            BOMOperation(
                bom=bom,
                sequence=sequence * 10,
                name=world.centers[step["center"]].name,
                center=world.centers[step["center"]],
                setup_minutes=Decimal(step["setup_minutes"]),
                run_minutes=Decimal(step["run_minutes"]),
            )
            for sequence, step in enumerate(given["operations"], start=1)
        )


def _sales(world: World, fixture: dict[str, Any]) -> None:
    world.pipeline = Pipeline.objects.create(code="standard", name="Standard", is_default=True)
    for position, given in enumerate(fixture["pipeline"], start=1):
        category = {"won": StageCategory.WON, "lost": StageCategory.LOST}.get(given["code"], StageCategory.OPEN)
        Stage.objects.create(
            pipeline=world.pipeline,
            code=given["code"],
            name=given["name"],
            position=position,
            probability=given["probability"],
            category=category,
        )
    for role, limit in fixture["discount_limits"].items():
        DiscountPolicy.objects.create(role=Role.objects.get(code=role), max_discount_pct=Decimal(limit))
    prices = PriceList.objects.create(code="general", name="General", currency=world.currency)
    PriceRule.objects.bulk_create(
        PriceRule(price_list=prices, item=world.items[sku], price=Decimal(price))
        for sku, price in fixture["prices"].items()
    )
    given = fixture["campaign"]
    source = Source.objects.create(code=given["code"].lower(), name=given["name"], utm_pattern=given["code"])
    world.campaign = campaigns.create_campaign(
        code=given["code"], name=given["name"], source_id=source.pk, by=world.users["marketer"]
    )
    campaigns.add_campaign_cost(
        campaign_id=world.campaign.pk,
        label=given["name"],
        amount=Decimal(given["cost"]),
        on=date.fromisoformat(given["spent_on"]),
        by=world.users["marketer"],
    )
    LeadRoute.objects.create(position=1, owner=world.users["seller"])


def _opening_stock(world: World, fixture: dict[str, Any]) -> None:
    for number, layer in enumerate(fixture["opening_layers"], start=1):
        qty = Decimal(layer["qty"])
        moves.store_goods(
            puts=[
                moves.Put(
                    item_id=world.items[layer["item"]].pk,
                    warehouse_id=world.warehouse.pk,
                    qty=qty,
                    value=(qty * Decimal(layer["unit_cost"])).quantize(Decimal("0.01")),
                    source_key=f"opening:{number}",
                )
            ],
            kind=MoveKind.OPENING,
            from_kind=LocationKind.OPENING,
            at=datetime.fromisoformat(layer["at"]),
            by=SYSTEM,
            branch_id=world.branch.pk,
        )
