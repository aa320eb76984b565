"""Works that are no pages: each is done a few times by itself, and put back where it wrote something."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from core.actors import SYSTEM
from core.documents import papers
from core.documents.rendering import Sheet, draw
from core.models import User
from crm.models import LegalEntity
from finance.models import Invoice
from inventory.models import Item, PurchaseOrderLine, Warehouse
from inventory.services.purchasing import place_purchase_order
from inventory.services.purchasing.drafting import Draft, DraftLine, write_drafts
from inventory.services.receipts import ReceivedLine, post_goods_receipt
from samples.bench import commands, footprint
from samples.bench.importing import run_import
from samples.bench.measuring import Closer, watched

RECEIVED_LINES = 1_000


@dataclass(frozen=True)
class Single:
    """One line of the table of goals that is measured by itself; ms, or MiB for memory."""

    code: str
    title: str
    must: float
    aim: float
    measure: Callable[[User], Sequence[Closer]]


@contextmanager
def taken_back(found: list[Closer]) -> Iterator[None]:
    """Time what is done inside, references checked, and roll it back: the set stays what it is."""
    with transaction.atomic(), watched() as statements:
        began, busy = time.perf_counter(), time.process_time()
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        wall, cpu = time.perf_counter() - began, time.process_time() - busy
        found.append(Closer(statements.count, wall * 1000, cpu * 1000, statements.seconds * 1000))
        transaction.set_rollback(True)


def receipt(_user: User, times: int = 3) -> list[Closer]:
    """W9: a purchase order of 1,000 lines, each of another item, comes in and is posted at once."""
    found: list[Closer] = []
    warehouse = Warehouse.objects.select_related("branch__organization").order_by("pk")[0]
    supplier = LegalEntity.objects.order_by("pk")[0].pk
    items = list(Item.objects.filter(type="goods", tracking="none").order_by("pk")[:RECEIVED_LINES])
    for _time in range(times):
        with transaction.atomic():
            lines = [DraftLine(item, Decimal(10), Decimal("3.25"), 5) for item in items]
            draft = Draft(supplier, warehouse.branch.organization.currency_id, lines)
            order = write_drafts([draft], warehouse=warehouse, at=timezone.now(), by=SYSTEM, reason="")[0]
            place_purchase_order(order_id=order.pk, at=timezone.now(), by=SYSTEM)
            keys = PurchaseOrderLine.objects.filter(order=order).values_list("pk", flat=True)
            came = [ReceivedLine(order_line_id=key, qty=Decimal(10)) for key in keys]
            with taken_back(found):
                post_goods_receipt(order_id=order.pk, lines=came, at=timezone.now(), by=SYSTEM)
            transaction.set_rollback(True)
    return found


def paper(_user: User, times: int = 20) -> list[Closer]:
    """W13: facts of an invoice read and drawn as PDF, as a worker does it that has drawn one before."""
    found: list[Closer] = []
    kind = papers.by_kind("finance.invoice")
    for invoice in Invoice.objects.filter(kind="invoice", status="posted").order_by("pk")[: times + 1]:
        with watched() as statements:
            began, busy = time.perf_counter(), time.process_time()
            facts = kind.read([invoice.pk])[invoice.pk]
            drawn = draw([Sheet(kind.template, facts, "en")])
            wall, cpu = time.perf_counter() - began, time.process_time() - busy
        if not drawn.content.startswith(b"%PDF-"):
            raise RuntimeError(f"invoice {invoice.number} is no PDF")
        found.append(Closer(statements.count, wall * 1000, cpu * 1000, statements.seconds * 1000))
    return found[1:]


def imported(user: User) -> list[Closer]:
    return run_import(user)


def start(_user: User) -> list[Closer]:
    return [Closer(0, seconds * 1000, 0.0, 0.0) for seconds in footprint.starts()]


def memory(_user: User) -> list[Closer]:
    return [Closer(0, footprint.idle_mib(), 0.0, 0.0)]


SINGLES = {
    one.code: one
    for one in (
        Single("W7", "a 10-line order confirmed, its stock reserved", 60, 30, commands.confirmed),
        Single("W8", "the same shipped: moves posted, FIFO cost taken", 50, 25, commands.shipped),
        Single("W9", f"one receipt of {RECEIVED_LINES:,} lines posted", 700, 300, receipt),
        Single("W13", "one invoice as PDF", 500, 250, paper),
        Single("W14", "10,000 contacts from CSV, validated, twins found, errors by row", 2_500, 1_000, imported),
        Single("W15", "start command to first good answer, database filled", 1_800, 1_000, start),
        Single("W16", "idle memory of all application processes with 4 web workers, MiB", 250, 200, memory),
    )
}


def row_of(single: Single, runs: Sequence[Closer], verdict: Callable[[float, float, float], str]) -> str:
    """A line of the table; its 95th percentile is the slowest of the few runs."""
    walls = [run.wall for run in runs]
    wall = statistics.median(walls)
    cpu = statistics.median(run.cpu for run in runs)
    share = statistics.median(run.share for run in runs)
    inside = f"{runs[0].statements:.0f} | {share:.0%}" if runs[0].statements else "– | –"
    return (
        f"| {single.code} | {single.title} | {wall:.0f} | {max(walls):.0f} | {f'{cpu:.0f}' if cpu else '–'} | – | – |"
        f" {inside} | {single.must:,.0f} | {single.aim:,.0f} | {verdict(wall, single.must, single.aim)} | – |"
    )
