"""Agents as users in teams by manager and branches by region, accounts as clients, opportunities as deals."""

from __future__ import annotations

from datetime import time

from django.db import connection

from core.actors import SYSTEM
from core.models import Currency, Team, User
from core.services import organisation, working_time
from crm.models import Client, LegalEntity
from inventory.models import Item, Unit
from sales.choices import StageCategory
from sales.models import Deal, Pipeline, PriceList, PriceRule, Stage, StageChange
from samples.loading import issues
from samples.loading.runner import Load, Step
from samples.loading.sql import execute
from samples.loading.upsert import Outcome, Upsert

PIPELINE = "opportunities"
ORGANIZATION = "hardware-seller"
NINE_TO_FIVE = {day: ((time(9), time(17)),) for day in range(5)}
STAGES = (
    ("prospecting", "Prospecting", StageCategory.OPEN, 10),
    ("engaging", "Engaging", StageCategory.OPEN, 50),
    ("won", "Won", StageCategory.WON, 100),
    ("lost", "Lost", StageCategory.LOST, 0),
)
LAST_DAY = "(SELECT greatest(max(engage_date), max(close_date)) FROM src_sales_pipeline)"


def _mail(name: str) -> str:
    """An address nobody can be reached at: the source has none."""
    return f"trim(both '.' from lower(regexp_replace({name}, '[^A-Za-z0-9]+', '.', 'g'))) || '@opportunities.invalid'"


def company(load: Load) -> dict[str, Outcome]:
    """One organisation in USD, a branch per regional office, and a pipeline with the four stages of the source."""
    Currency.objects.get_or_create(code="USD", defaults={"name": "US Dollar"})
    calendar = working_time.create_calendar(code=ORGANIZATION, name="Hardware seller", shifts=NINE_TO_FIVE, by=SYSTEM)
    owner = organisation.create_organization(
        code=ORGANIZATION, name="Hardware seller", currency="USD", calendar_id=calendar.pk, by=SYSTEM
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT regional_office FROM src_sales_teams ORDER BY 1")
        offices = [row[0] for row in cursor.fetchall()]
    for office in offices:
        organisation.create_branch(organization_id=owner.pk, code=office.lower(), name=office, by=SYSTEM)
    pipeline, created = Pipeline.objects.get_or_create(code=PIPELINE, defaults={"name": "Opportunities"})
    for position, (code, name, category, probability) in enumerate(STAGES, start=1):
        Stage.objects.get_or_create(
            pipeline=pipeline,
            code=code,
            defaults={"name": name, "position": position, "category": category, "probability": probability},
        )
    load.params |= {"organization": owner.pk, "pipeline": pipeline.pk, "currency": "USD"}
    return {"pipelines": Outcome(new=int(created), same=int(not created))}


def agents(load: Load) -> dict[str, Outcome]:
    """Agents and their managers are users who cannot sign in; a manager leads the team of his agents."""
    people = Upsert(
        model=User,
        source=(
            "(SELECT sales_agent AS name, 'Sales agent' AS title, 'opp.agent:' AS prefix FROM src_sales_teams UNION"
            " SELECT manager, 'Sales manager', 'opp.manager:' FROM src_sales_teams) s"
        ),
        values={
            "external_key": "left(s.prefix || s.name, 80)",
            "email": _mail("CASE WHEN s.prefix = 'opp.manager:' THEN 'manager.' ELSE '' END || s.name"),
            "password": "'!' || md5(random()::text)",
            "first_name": "split_part(s.name, ' ', 1)",
            "last_name": "trim(substr(s.name, strpos(s.name || ' ', ' ')))",
            "job_title": "s.title",
            "is_active": "false",
        },
        keep=("password", "is_active"),
    )
    teams = Upsert(
        model=Team,
        key=("name",),
        source=(
            "(SELECT DISTINCT manager FROM src_sales_teams) s"
            " JOIN core_user u ON u.external_key = left('opp.manager:' || s.manager, 80)"
        ),
        values={"name": "'Team ' || s.manager", "leader": "u.id"},
    )
    outcomes = {"users": people.run(load.params), "teams": teams.run(load.params)}
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Team.members.through._meta.db_table} (team_id, user_id)"
            " SELECT t.id, u.id FROM src_sales_teams s JOIN core_team t ON t.name = 'Team ' || s.manager"
            " JOIN core_user u ON u.external_key = left('opp.agent:' || s.sales_agent, 80) ON CONFLICT DO NOTHING"
        )
    issues.note(
        "sales_teams",
        "agent without an opportunity",
        "src_sales_teams s WHERE NOT EXISTS (SELECT 1 FROM src_sales_pipeline p WHERE p.sales_agent = s.sales_agent)",
        kept=True,
        key="s.sales_agent",
    )
    return outcomes


def accounts(load: Load) -> dict[str, Outcome]:
    clients = Upsert(
        model=Client,
        source="src_accounts s",
        values={
            "external_key": "left('opp.account:' || s.account, 80)",
            "name": "s.account",
            "status": "'active'",
            "segment": "'account'",
            "industry": "coalesce(s.sector, '')",
            "note": "concat_ws(E'\\n', 'Founded: ' || s.year_established, 'Revenue, million USD: ' || s.revenue,"
            " 'Employees: ' || s.employees, 'Office: ' || s.office_location, 'Subsidiary of ' || s.subsidiary_of)",
        },
    )
    entities = Upsert(
        model=LegalEntity,
        source="src_accounts s JOIN crm_client c ON c.external_key = left('opp.account:' || s.account, 80)",
        values={
            "external_key": "left('opp.account:' || s.account, 80)",
            "client": "c.id",
            "legal_name": "s.account",
            "territory": "left(coalesce(s.office_location, ''), 60)",
        },
    )
    return {"clients": clients.run(load.params), "legal entities": entities.run(load.params)}


def products(load: Load) -> dict[str, Outcome]:
    """The seven products as items with their list price, so that prices won can be measured against it."""
    load.params["unit"] = Unit.objects.get_or_create(code="EA", defaults={"name": "Each"})[0].pk
    price_list = PriceList.objects.get_or_create(
        code="opp-list", defaults={"name": "List prices of the hardware seller", "currency_id": "USD"}
    )[0]
    load.params["price_list"] = price_list.pk
    items = Upsert(
        model=Item,
        source="src_products s",
        values={
            "external_key": "'opp.product:' || s.product",
            "sku": "s.product",
            "name": "s.product",
            "unit": "%(unit)s",
        },
    )
    outcomes = {"items": items.run(load.params)}
    known = "SELECT 1 FROM sales_pricerule r WHERE r.price_list_id = %(price_list)s AND r.item_id = i.id"
    source = "src_products s JOIN inventory_item i ON i.external_key = 'opp.product:' || s.product"
    with connection.cursor() as cursor:
        execute(
            cursor,
            f"UPDATE sales_pricerule r SET price = s.sales_price FROM {source} WHERE r.item_id = i.id"
            " AND r.price_list_id = %(price_list)s AND r.price <> s.sales_price",
            load.params,
        )
        changed = cursor.rowcount
    rules = Upsert(
        model=PriceRule,
        key=(),
        source=f"{source} WHERE NOT EXISTS ({known})",
        values={"price_list": "%(price_list)s", "item": "i.id", "price": "s.sales_price"},
    ).run(load.params)
    return outcomes | {"prices": Outcome(new=rules.new, changed=changed)}


def _make_paths() -> None:
    """`src_deal`: each opportunity with its stage, its days and what it is worth."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS src_deal")
        cursor.execute(
            "CREATE TEMP TABLE src_deal AS SELECT s.*, 'opp.deal:' || s.opportunity_id AS external_key,"
            " CASE WHEN s.deal_stage = 'Engaging' AND s.engage_date IS NULL THEN 'prospecting'"
            " ELSE lower(s.deal_stage) END AS stage,"
            " CASE s.deal_stage WHEN 'Won' THEN 'won' WHEN 'Lost' THEN 'lost' ELSE 'open' END AS status,"
            f" coalesce(s.engage_date, {LAST_DAY})::timestamp AT TIME ZONE 'UTC' AS opened_at,"
            " CASE WHEN s.deal_stage IN ('Won', 'Lost') THEN s.close_date::timestamp AT TIME ZONE 'UTC' END AS"
            " closed_at,"
            " coalesce(s.close_value, 0) AS amount FROM src_sales_pipeline s"
        )
        cursor.execute("ANALYZE src_deal")


def deals(load: Load) -> dict[str, Outcome]:
    """A deal per opportunity. One that is there already stays: it may have gone on here.

    Where the file says otherwise now, the line is reported.
    """
    _make_paths()
    found = Upsert(
        model=Deal,
        update=False,
        source=(
            "src_deal s JOIN sales_stage g ON g.pipeline_id = %(pipeline)s AND g.code = s.stage"
            " JOIN core_user u ON u.external_key = left('opp.agent:' || s.sales_agent, 80)"
            " JOIN src_sales_teams t ON t.sales_agent = s.sales_agent"
            " JOIN core_branch b ON b.organization_id = %(organization)s AND b.code = lower(t.regional_office)"
            " LEFT JOIN crm_client c ON c.external_key = left('opp.account:' || s.account, 80)"
            " LEFT JOIN crm_legalentity e ON e.external_key = left('opp.account:' || s.account, 80)"
        ),
        values={
            "external_key": "s.external_key",
            "name": "concat_ws(' · ', s.product, s.account)",
            "organization": "%(organization)s",
            "branch": "b.id",
            "client": "c.id",
            "legal_entity": "e.id",
            "pipeline": "%(pipeline)s",
            "stage": "g.id",
            "status": "s.status",
            "amount": "s.amount",
            "currency": "%(currency)s",
            "probability": "g.probability",
            "owner": "u.id",
            "opened_at": "s.opened_at",
            "closed_at": "s.closed_at",
            "lost_reason": "CASE WHEN s.status = 'lost' THEN 'other' ELSE '' END",
            "lost_note": "CASE WHEN s.status = 'lost' THEN 'The source names no reason' ELSE '' END",
            "won_without_quote": "CASE WHEN s.status = 'won' THEN 'Imported history' ELSE '' END",
            "origin": "'imported'",
            "product_name": "s.product",
        },
    )
    outcome = found.run(load.params)
    issues.note(
        "sales_pipeline",
        "differs from the deal loaded before, which keeps its way",
        "src_deal s JOIN sales_deal d ON d.external_key = s.external_key JOIN sales_stage g ON g.id = d.stage_id"
        " WHERE ROW(g.code, d.amount, d.closed_at) IS DISTINCT FROM ROW(s.stage, s.amount, s.closed_at)",
        kept=False,
        key="s.opportunity_id",
    )
    return {"deals": outcome}


def ways(load: Load) -> dict[str, Outcome]:
    """The stage changes of deals that have none yet: prospecting, engaging on the engage date, closing."""
    with connection.cursor() as cursor:
        # The check of each row looks its predecessor up; on a table without statistics it would scan it all.
        cursor.execute("SET LOCAL enable_seqscan = off")
    outcome = Upsert(
        model=StageChange,
        key=("deal", "seq"),
        update=False,
        source=(
            "src_deal s JOIN sales_deal d ON d.external_key = s.external_key"
            " CROSS JOIN LATERAL (VALUES (1, NULL, 'prospecting', s.opened_at, 0::numeric),"
            " (2, 'prospecting', 'engaging', s.opened_at, 0), (3, 'engaging', s.stage, s.closed_at, s.amount))"
            " w(seq, came_from, went_to, at, amount)"
            " JOIN sales_stage g ON g.pipeline_id = %(pipeline)s AND g.code = w.went_to"
            " LEFT JOIN sales_stage f ON f.pipeline_id = %(pipeline)s AND f.code = w.came_from"
            " WHERE NOT EXISTS (SELECT 1 FROM sales_stagechange x WHERE x.deal_id = d.id)"
            " AND w.seq <= CASE s.stage WHEN 'prospecting' THEN 1 WHEN 'engaging' THEN 2 ELSE 3 END"
        ),
        values={
            "deal": "d.id",
            "seq": "w.seq",
            "from_stage": "f.id",
            "to_stage": "g.id",
            "at": "w.at",
            "by": "d.owner_id",
            "amount": "w.amount",
            "probability": "g.probability",
        },
        order_by="d.id, w.seq",  # each row continues the one before, which the database checks row by row
    ).run(load.params)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = on")
    return {"stage changes": outcome}


STEPS = (
    Step("company and pipeline", company),
    Step("agents and teams", agents),
    Step("accounts as clients", accounts),
    Step("products", products),
    Step("opportunities as deals", deals),
    Step("ways of the deals", ways),
)
