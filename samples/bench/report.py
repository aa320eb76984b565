"""docs/BENCHMARKS.md: the machine, the set, the times, and whether the goals are reached."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Sequence
from pathlib import Path

from django.db import connection
from django.utils import timezone

from samples.bench.measuring import Measured
from samples.bench.server import WORKERS

# At eight people at once: the median at most so many times that of one, the 95th percentile that of the median.
CROWD, TAIL = 4.5, 2.0

HOW = """\
# Benchmarks

Written by `make bench`, all but the sections behind the times, which it keeps. It starts servers of its own, fills
their database with data set S (`manage.py volume`) when it is empty, and keeps it in `var/bench`: a second run begins
at once. `make bench ARGS="W1 W3"` measures some and writes nothing. The works and their goals are those of the design.

- Times in ms, from the first byte sent to the last received, of finished HTML pages with sign-in, rights, history and
  audit on.
- The web server is gunicorn as in production ({workers} workers, DEBUG off, templates compiled once), asked over
  HTTP/1.1 on 127.0.0.1 by processes that keep their connection: one, then {together} at once.
- {units} units each, none twice, after a warm-up of 32 to 192. CPU is what the web processes computed for one unit,
  with one person: it says more than the times where the machine is shared.
- Statements and PostgreSQL's share: the same units inside one process; the share is the part of the time spent waiting
  for answers of the database.
- The signed-in user is in three roles and sees everything, which makes the longest lists and counts.
"""


def machine() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
        cursor.execute("SHOW shared_buffers")
        buffers = cursor.fetchone()[0]
        cursor.execute("SHOW fsync")
        fsync = cursor.fetchone()[0]
    busy = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return (
        f"- {os.cpu_count()} cores ({_processor()}), shared with others: load averages {busy} at the end of the run;"
        f" a million additions in Python took {_calibration():.0f} ms of CPU.\n"
        f"- Python {platform.python_version()}, PostgreSQL {version} (shared_buffers {buffers}, fsync {fsync}).\n"
        f"- Taken on {timezone.now():%Y-%m-%d %H:%M} UTC."
    )


def _calibration() -> float:
    """How quick this machine is just now: ms of CPU for a million additions."""
    began = time.process_time()
    sum(range(1_000_000))
    return (time.process_time() - began) * 1000


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def of_set() -> str:
    """How many rows of what the measured database holds."""
    tables = (
        ("core_user", "users"), ("crm_client", "companies"), ("crm_person", "contacts"), ("crm_lead", "leads"),
        ("sales_deal", "deals"), ("sales_stagechange", "stage changes"), ("crm_interaction", "interactions"),
        ("inventory_item", "items"), ("inventory_stockmove", "stock moves"), ("inventory_stockbalance", "balances"),
        ("sales_salesorder", "orders"), ("sales_orderline", "order lines"), ("finance_invoice", "invoices"),
        ("finance_payment", "payments"),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(f'(SELECT count(*) FROM {table})' for table, _name in tables)}")
        counts = cursor.fetchone()
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        size = cursor.fetchone()[0]
    told = ", ".join(f"{count:,} {name}" for count, (_table, name) in zip(counts, tables, strict=True))
    return f"{told}; {size} with indexes and history."


def verdict(median: float, must: float, aim: float) -> str:
    return "aim" if median <= aim else "must" if median <= must else "**missed**"


def row_of(one: Measured) -> str:
    work, inside = one.work, one.inside
    goals = f"{work.must:g} | {work.aim:g} | {verdict(one.alone.median, work.must, work.aim)}"
    calm = one.together.median <= CROWD * one.alone.median and one.together.p95 <= TAIL * one.together.median
    return (
        f"| {work.code} | {work.title} | {one.alone.median:.1f} | {one.alone.p95:.1f} | {one.cpu:.1f} |"
        f" {one.together.median:.1f} | {one.together.p95:.1f} | {inside.statements:.0f} | {inside.share:.0%} |"
        f" {goals} | {'yes' if calm else 'no'} |"
    )


SECTION = "\n## "
READING = f"{SECTION}Reading them\n"


def kept_reading(page: Path) -> str:
    """What stands behind the times: what somebody wrote about them, and the comparison with the large set."""
    _head, title, text = (page.read_text(encoding="utf-8") if page.exists() else "").partition(READING)
    return title + text


def with_section(page: str, title: str, text: str) -> str:
    """The page with one section put in anew, at its end when it was not there."""
    before, found, rest = page.partition(f"{SECTION}{title}\n")
    if not found:
        return page.rstrip("\n") + "\n" + text
    _old, found, behind = rest.partition(SECTION)
    return before + text + (found + behind if found else "")


def written(measured: Sequence[Measured], others: Sequence[str], *, units: int, together: int) -> str:
    head = (
        f"| W | work | median | p95 | CPU | median at {together} | p95 at {together} | statements | PostgreSQL | must"
        f" | aim | reached | calm at {together} |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n"
    )
    rows = sorted([*(row_of(one) for one in measured), *others], key=_place)
    return "\n".join(
        [
            HOW.format(units=units, together=together, workers=WORKERS),
            "## Machine and set", "", machine(), f"- {of_set()}", "", "## Times", "", head + "\n".join(rows), "",
            f"“calm”: at {together} people the median is at most {CROWD:g} times that of one, and the 95th percentile"
            f" at most {TAIL:g} times the median. W9 and W13 to W16 are"
            " measured by themselves, a few times; their p95 is the slowest.", "",
        ]
    )  # fmt: skip


def _place(row: str) -> tuple[int, str]:
    """Rows stand in the order of the design: W3, W3t, W4."""
    code = row.split("|")[1].strip()
    digits = "".join(char for char in code if char.isdigit())
    return int(digits), code
