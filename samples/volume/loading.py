"""Loads the whole set, part by part, each in a transaction of its own."""

from __future__ import annotations

import time
from collections.abc import Callable

import pghistory
from django.core.management.base import CommandError
from django.db import connection, transaction
from psycopg2.sql import SQL, Identifier, Literal

from core.models import Organization, User
from core.search import installing
from crm.models import Client, Lead, LegalEntity, Person
from finance.models import Invoice, Payment
from inventory.models import CostLayer, Item, StockMove
from sales.models import Deal, OrderLine, SalesOrder, Shipment
from samples.volume import company, deals, goods, orders, papers, parties, talks
from samples.volume.plan import Plan

# Tables whose keys the set names itself.
NUMBERED = (
    Client, LegalEntity, Person, Lead, Deal, Item, StockMove, CostLayer, SalesOrder, OrderLine, Shipment,
    Invoice, Payment,
)  # fmt: skip

Say = Callable[[str], None]


def load(plan: Plan, say: Say) -> dict[str, int]:
    """Fill an empty database; returns how many rows of what. All checks and triggers of the tables stay on.

    Only the search entries are written once at the end, which is a third of the time of writing them part by part.
    Raises CommandError when the database is not empty.
    """
    if Organization.objects.exists() or User.objects.exists() or Client.objects.exists():
        raise CommandError("The database is not empty; the set needs an empty one.")
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        # A trigger keeps the plan of its first rows, when its table was empty and reading all of it was cheapest.
        cursor.execute("SET enable_seqscan = off")
    with transaction.atomic():
        base = company.found(plan)
    stock = goods.Stock(plan, base)
    stock.work_out()
    sold = orders.all_orders(stock)
    parts: list[Callable[[], dict[str, int]]] = [
        lambda: parties.load(plan, base),
        lambda: parties.load_leads(plan, base),
        lambda: talks.load(plan, base),
        lambda: deals.load(plan, base),
        lambda: goods.load(stock),
        lambda: orders.load(stock, sold),
        lambda: papers.load(stock, sold),
    ]
    counts: dict[str, int] = {}
    for part in parts:
        began = time.monotonic()
        with installing.paused(only={}), pghistory.context(service="volume"):
            done = part()
        counts |= done
        say(f"{', '.join(f'{count:,} {name}' for name, count in done.items())} ({time.monotonic() - began:.1f} s)")
    began = time.monotonic()
    finish()
    say(f"search entries and statistics ({time.monotonic() - began:.1f} s)")
    return counts


def finish() -> None:
    """Write the search entries, set the counters of keys behind the set, and let the planner know the tables."""
    with connection.cursor() as cursor:
        cursor.execute("RESET enable_seqscan")
    installing.rebuild_all()
    with connection.cursor() as cursor:
        for model in NUMBERED:
            table = model._meta.db_table
            cursor.execute(
                SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), greatest(1, (SELECT max(id) FROM {})))").format(
                    Literal(table), Identifier(table)
                )
            )
        # What was just written waits in a list that every search reads through, until it is sorted in.
        cursor.execute("SELECT gin_clean_pending_list('search_entry_trigrams')")
        cursor.execute("ANALYZE")
