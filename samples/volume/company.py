"""The company itself: made with the ORM and the services, because it is small."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

from core.actors import SYSTEM
from core.choices import Weekday
from core.models import (
    Branch,
    Currency,
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
from crm.choices import SourceChannel
from crm.models import Source
from finance.models import BankAccount
from inventory.choices import LocationKind
from inventory.models import ItemCategory, Unit
from inventory.services import places
from sales.choices import StageCategory
from sales.models import Pipeline, Stage
from samples.demo import names
from samples.volume.plan import PIPELINES, STAGES, Company, Plan

DOMAIN = "volume.example"
# Who the bench signs in: one who sees everything and enters contacts.
FIRST_USER = f"bench@{DOMAIN}"
TAX_PERCENT = 19
CITIES = ("Northport", "Eastfield", "Southgate", "Westhaven", "Midtown")
# How many of the fifty users are in which role; the first one is measured with.
PEOPLE = (
    ("head_of_sales", 2), ("seller", 30), ("purchaser", 3), ("storekeeper", 5), ("production_lead", 2),
    ("accountant", 3), ("marketer", 3), ("director", 2),
)  # fmt: skip
STAGE_NAMES = ("New", "Contacted", "Needs", "Visit", "Estimate", "Offer", "Negotiation", "Decision")


def found(plan: Plan) -> Company:
    """Set everything up that records will refer to. Into an empty database, once."""
    calendar = WorkCalendar.objects.create(code="office", name="Office")
    WorkShift.objects.bulk_create(
        WorkShift(calendar=calendar, weekday=day, starts=time(8), ends=time(17)) for day in Weekday.values[:5]
    )
    currency, _made = Currency.objects.get_or_create(code="EUR", defaults={"name": "Euro"})
    organization = Organization.objects.create(code="volume", name="Volume Ltd", currency=currency, calendar=calendar)
    branches = [
        Branch.objects.create(organization=organization, code=city.lower(), name=city, calendar=calendar)
        for city in CITIES
    ]
    warehouses = [
        places.create_warehouse(branch_id=branch.pk, code=branch.code, name=branch.name, by=SYSTEM)
        for branch in branches
    ]
    defaults = places.default_locations(warehouse.pk for warehouse in warehouses)
    kinds = (LocationKind.OPENING, LocationKind.SUPPLIER, LocationKind.CUSTOMER, LocationKind.LOSS)
    unit, _made = Unit.objects.get_or_create(code="pcs", defaults={"name": "Pieces"})
    tax = Tax.objects.create(code="vat", name="VAT")
    TaxRate.objects.create(tax=tax, percent=Decimal(TAX_PERCENT), valid=(date(2000, 1, 1), None))
    account = BankAccount.objects.create(
        organization=organization, branch=branches[0], name="Main account", currency=currency,
        opening=Decimal(100_000), opened_on=plan.begins.date() - timedelta(days=30),
    )  # fmt: skip
    users, sellers = _people(plan, branches)
    pipelines, stages = _pipelines()
    categories = [ItemCategory.objects.create(name=f"Category {number}") for number in range(1, 21)]
    return Company(
        organization=organization.pk,
        currency=currency.pk,
        branches=[branch.pk for branch in branches],
        warehouses=[warehouse.pk for warehouse in warehouses],
        places=[defaults[warehouse.pk].pk for warehouse in warehouses],
        outside={kind: places.outside(kind).pk for kind in kinds},
        unit=unit.pk,
        tax=tax.pk,
        account=account.pk,
        users=users,
        sellers=sellers,
        sources=_sources(),
        pipelines=pipelines,
        stages=stages,
        categories=[category.pk for category in categories],
    )


def _people(plan: Plan, branches: list[Branch]) -> tuple[list[int], list[int]]:
    """Fifty users; who sells is in the team of a branch. Nobody has a password: the bench opens a session itself."""
    dice = plan.random("people")
    roles = {role.code: role for role in Role.objects.all()}
    wanted = [code for code, count in PEOPLE for _ in range(count)]
    users = [
        User(
            email=FIRST_USER if number == 1 else f"user{number}@{DOMAIN}",
            first_name=dice.choice(names.FIRST), last_name=dice.choice(names.LAST), password="!",  # noqa: S106
        )
        for number in range(1, plan.users + 1)
    ]  # fmt: skip
    User.objects.bulk_create(users)
    given = [(user, code) for user, code in zip(users, wanted, strict=True)]
    given += [(users[0], "director"), (users[0], "marketer")]
    RoleAssignment.objects.bulk_create(RoleAssignment(user=user, role=roles[code]) for user, code in given)
    sellers = [user for user, code in zip(users, wanted, strict=True) if code in {"head_of_sales", "seller"}]
    for number, branch in enumerate(branches):
        team = Team.objects.create(name=f"Sales {branch.name}", branch=branch, leader=users[number % 2])
        team.members.set(sellers[number :: len(branches)])
    return [user.pk for user in users], [user.pk for user in sellers]


def _sources() -> list[int]:
    made = [
        Source.objects.create(code=f"source-{number}", name=f"{label} {number}", channel=channel)
        for number, (channel, label) in enumerate(SourceChannel.choices, start=1)
    ]
    return [source.pk for source in made]


def _pipelines() -> tuple[list[int], list[list[int]]]:
    pipelines, stages = [], []
    for number in range(1, PIPELINES + 1):
        pipeline = Pipeline.objects.create(code=f"way-{number}", name=f"Way {number}", is_default=number == 1)
        made = [
            Stage(
                pipeline=pipeline, code=f"stage-{step}", name=STAGE_NAMES[step - 1], position=step,
                category=StageCategory.OPEN, probability=step * 100 // (STAGES + 1),
            )
            for step in range(1, STAGES + 1)
        ]  # fmt: skip
        for place, (code, chance) in enumerate((("won", 100), ("lost", 0)), start=STAGES + 1):
            made.append(
                Stage(
                    pipeline=pipeline, code=code, name=code.capitalize(), position=place,
                    category=StageCategory(code), probability=chance,
                )
            )  # fmt: skip
        Stage.objects.bulk_create(made)
        pipelines.append(pipeline.pk)
        stages.append([stage.pk for stage in made])
    return pipelines, stages
