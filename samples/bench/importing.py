"""W14: 10,000 contacts from a CSV file by `manage.py import`, with validation, twins and errors by row."""

from __future__ import annotations

import csv
import io
import tempfile
import time
from pathlib import Path
from random import Random

from django.core.management import call_command
from django.db import connection, transaction

from core.models import User
from crm.models import ContactPoint
from samples.bench.measuring import Closer, watched

ROWS = 10_000


def write_file(path: Path, nth: int) -> None:
    """One row in a hundred has a bad address, one in fifty the e-mail of somebody who is known already."""
    dice = Random(nth)  # noqa: S311 - nothing here is a secret
    known = list(ContactPoint.objects.filter(kind="email").order_by("pk").values_list("value", flat=True)[: ROWS // 50])
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["First name", "Last name", "E-mail", "Phone", "Company", "Job title", "ID"])
        for row in range(ROWS):
            mail = f"import{nth}.{row}@comes.example"
            if row % 100 == 0:
                mail = "not an address"
            elif row % 50 == 1 and known:
                mail = known[row // 50 % len(known)]
            writer.writerow(
                [
                    f"First{dice.randrange(500)}", f"Import{row}", mail, f"+49 40 {nth:02d}{row:06d}",
                    f"Imported company {row % 2000}", "Buyer", f"bench-{nth}-{row}",
                ]
            )  # fmt: skip


def run_import(user: User, times: int = 3) -> list[Closer]:
    """Each import is rolled back when it is done and its references are checked, so the set stays what it is."""
    found = []
    for nth in range(times):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "contacts.csv"
            write_file(file, nth)
            with transaction.atomic(), watched() as statements:
                began, busy = time.perf_counter(), time.process_time()
                call_command(
                    "import", str(file), profile="persons", skip_bad=True, by=user.email, stdout=io.StringIO(),
                    stderr=io.StringIO(),
                )  # fmt: skip
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                wall, cpu = time.perf_counter() - began, time.process_time() - busy
                transaction.set_rollback(True)
        found.append(Closer(statements.count, wall * 1000, cpu * 1000, statements.seconds * 1000))
    return found
