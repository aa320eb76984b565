"""The company itself, its currencies, and its employees as users who cannot sign in."""

from __future__ import annotations

from datetime import time

from django.db import connection

from core import policy
from core.actors import SYSTEM
from core.models import Currency, ExchangeRate, Role, RoleAssignment, User
from core.services import organisation, working_time
from inventory.choices import LocationKind
from inventory.models import Warehouse
from inventory.services import places as inventory_places
from samples.adventureworks import keys
from samples.adventureworks.keys import joined, key
from samples.loading.runner import Load
from samples.loading.sql import execute
from samples.loading.upsert import Outcome, Upsert

EIGHT_TO_FOUR = {day: ((time(8), time(16)),) for day in range(5)}


def currencies(load: Load) -> dict[str, Outcome]:
    currency = Upsert(
        model=Currency,
        key=("code",),
        source="src_currency s",
        values={"code": "s.currencycode", "name": "s.name"},
        update=False,  # names and places of a currency that is in use here stay as they are
    )
    rate = Upsert(
        model=ExchangeRate,
        key=("base", "quote", "on"),
        source="src_currencyrate s",
        values={
            "base": "s.fromcurrencycode",
            "quote": "s.tocurrencycode",
            "on": "s.currencyratedate",
            "rate": "s.endofdayrate",
        },
    )
    return {"currencies": currency.run(), "rates": rate.run()}


def company(load: Load) -> dict[str, Outcome]:
    """One organisation in USD with one branch and one warehouse; works Monday to Friday, 08:00 to 16:00 UTC."""
    calendar = working_time.create_calendar(
        code=keys.ORGANIZATION, name="Adventure Works", shifts=EIGHT_TO_FOUR, by=SYSTEM
    )
    owner = organisation.create_organization(
        code=keys.ORGANIZATION, name="Adventure Works Cycles", currency="USD", calendar_id=calendar.pk, by=SYSTEM
    )
    branch = organisation.create_branch(organization_id=owner.pk, code="main", name="Bothell", by=SYSTEM)
    warehouse, created = Warehouse.objects.get_or_create(
        code="aw-main", defaults={"branch": branch, "name": "Adventure Works, Bothell"}
    )
    load.params |= {
        "organization": owner.pk,
        "branch": branch.pk,
        "calendar": calendar.pk,
        "warehouse": warehouse.pk,
        "currency": "USD",
        "opening_place": inventory_places.outside(LocationKind.OPENING).pk,
    }
    return {"companies": Outcome(new=int(created), same=int(not created))}


def employees(load: Load) -> dict[str, Outcome]:
    """Users without a password who are not active: history names them, and nobody can sign in as one."""
    users = Upsert(
        model=User,
        source=(
            "src_employee s JOIN src_person p USING (businessentityid) JOIN LATERAL (SELECT e.emailaddress FROM"
            " src_emailaddress e WHERE e.businessentityid = s.businessentityid ORDER BY e.emailaddressid"
            " LIMIT 1) m ON true"
        ),
        values={
            "external_key": key("employee", "s.businessentityid"),
            "email": "lower(m.emailaddress)",
            "password": "'!' || md5(random()::text)",
            "first_name": "p.firstname",
            "last_name": "p.lastname",
            "job_title": "coalesce(s.jobtitle, '')",
            "is_active": "false",
            "date_joined": "s.hiredate::timestamp AT TIME ZONE 'UTC'",
        },
        keep=("password", "is_active", "date_joined"),
    )
    if not Role.objects.filter(code="seller").exists():
        policy.sync_roles()
    load.params["seller_role"] = Role.objects.values_list("pk", flat=True).get(code="seller")
    sellers = Upsert(
        model=RoleAssignment,
        key=("user", "role"),
        source=f"src_salesperson s {joined('core_user', 'u', 'employee', 's.businessentityid')}",
        values={"user": "u.id", "role": "%(seller_role)s"},
        update=False,
    )
    outcomes = {"users": users.run(load.params), "sellers": sellers.run(load.params)}
    _limit_to_branch(load)
    return outcomes


def _limit_to_branch(load: Load) -> None:
    """The sellers' role holds in the branch of this company only."""
    with connection.cursor() as cursor:
        execute(
            cursor,
            f"INSERT INTO {RoleAssignment.branches.through._meta.db_table} (roleassignment_id, branch_id)"
            " SELECT a.id, %(branch)s FROM core_roleassignment a JOIN core_user u ON u.id = a.user_id"
            " WHERE a.role_id = %(seller_role)s AND u.external_key LIKE 'aw.employee:%%' ON CONFLICT DO NOTHING",
            load.params,
        )
