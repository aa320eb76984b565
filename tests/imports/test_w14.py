"""W14 of the performance goals: 10,000 contacts from CSV, validated, compared and written."""

from __future__ import annotations

import sys
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import ImportRow
from crm.models import ContactPoint, Person
from tests.factories.core import make_user
from tests.imports.steps import csv_of, imported

pytestmark = pytest.mark.django_db


def contacts(count: int) -> bytes:
    rows = [
        [f"First{number}", f"Last{number % 977}", f"person{number}@example.com", f"+49 30 {1000000 + number}",
         f"Company {number % 400}", "Buyer", f"C-{number}"]
        for number in range(count)
    ]  # fmt: skip
    for number in range(0, count, 100):
        rows[number][2] = "not an address"
    return csv_of(["First name", "Last name", "E-mail", "Phone", "Company", "Job title", "ID"], *rows)


@pytest.mark.parametrize("count", [1_000, 10_000])
def test_contacts_come_in_quickly(count, capsys):
    user = make_user("marketer", roles=["head_of_sales"])
    Person.objects.bulk_create([Person(first_name=f"First{n}", last_name=f"Last{n % 977}") for n in range(3000)])
    file = contacts(count)

    began, busy = time.perf_counter(), time.process_time()
    with CaptureQueriesContext(connection) as queries:
        run = imported(file, "persons", by=user, twins="create")
    took, busy = (time.perf_counter() - began) * 1000, (time.process_time() - busy) * 1000
    in_database = sum(float(query["time"]) for query in queries) * 1000

    with capsys.disabled():
        sys.stdout.write(
            f"\nW14 with {count:,} contacts: {took:.0f} ms ({busy:.0f} ms own work, {in_database:.0f} ms PostgreSQL)"
            f", {len(queries)} statements, {run.outcome}"
        )
    assert run.outcome["created"] == count - count // 100
    assert run.outcome["bad"] == count // 100
    assert ImportRow.objects.filter(run=run, state="bad").count() == count // 100
    assert ContactPoint.objects.filter(kind="email").count() == count - count // 100
    # On a busy machine the clock tells nothing; the own work and the number of statements do.
    assert busy < 5_000 * count / 10_000 + 1_000
    assert len(queries) < 40 + 60 * (1 + count // 2_000)
