"""Document numbers: gap-free where the law wants it, otherwise quick."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.db.models import F

from core.models import Branch, NumberSequence, Organization

# kind: (pattern, gap-free). A company may change the pattern of a year's row before its first number.
DEFAULTS: dict[str, tuple[str, bool]] = {
    "invoice": ("INV-{year}-{n:05d}", True),
    "credit_note": ("CN-{year}-{n:05d}", True),
    "quote": ("Q-{year}-{n:05d}", False),
    "sales_order": ("SO-{year}-{n:05d}", False),
    "shipment": ("DN-{year}-{n:05d}", False),
    "purchase_order": ("PO-{year}-{n:05d}", False),
    "goods_receipt": ("GR-{year}-{n:05d}", False),
    "work_order": ("WO-{year}-{n:05d}", False),
    "supplier_bill": ("BILL-{year}-{n:05d}", False),
    "payment": ("PAY-{year}-{n:05d}", False),
    "ticket": ("TK-{year}-{n:05d}", False),
    "visit": ("IV-{year}-{n:05d}", False),
    "stocktake": ("ST-{year}-{n:05d}", False),
}


def take_number(kind: str, *, organization: Organization, on: date, branch: Branch | None = None) -> str:
    """The next number of a series for the year of `on`.

    Gap-free kinds lock the series row until commit, so this is the last step of posting; a rollback gives the
    number back. Other kinds use a PostgreSQL sequence and may leave gaps.
    """
    return take_numbers(kind, 1, organization=organization, on=on, branch=branch)[0]


def take_numbers(
    kind: str, count: int, *, organization: Organization, on: date, branch: Branch | None = None
) -> list[str]:
    """`count` numbers of one series in a row, in one or two statements."""
    if count <= 0:
        return []
    series = _series(kind, organization=organization, year=on.year, branch=branch)
    if series.gap_free:
        NumberSequence.objects.filter(pk=series.pk).update(next_number=F("next_number") + count)
        last = NumberSequence.objects.values_list("next_number", flat=True).get(pk=series.pk) - 1
        numbers = list(range(last - count + 1, last + 1))
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [_sequence_name(series), count])
            numbers = sorted(row[0] for row in cursor.fetchall())
    return [series.pattern.format(year=on.year, n=number) for number in numbers]


def _sequence_name(series: NumberSequence) -> str:
    return f"core_number_{series.pk}"


def _series(kind: str, *, organization: Organization, year: int, branch: Branch | None) -> NumberSequence:
    found = (
        NumberSequence.objects.filter(
            organization=organization, kind=kind, year=year, branch__in=[branch] if branch else []
        ).first()
        or NumberSequence.objects.filter(organization=organization, kind=kind, year=year, branch=None).first()
    )
    return found or _start_series(kind, organization=organization, year=year)


def _start_series(kind: str, *, organization: Organization, year: int) -> NumberSequence:
    pattern, gap_free = DEFAULTS[kind]
    # A rival that starts the same year waits on the unique index here and then reads the winner's row.
    NumberSequence.objects.bulk_create(
        [NumberSequence(organization=organization, kind=kind, year=year, pattern=pattern, gap_free=gap_free)],
        ignore_conflicts=True,
    )
    series = NumberSequence.objects.locked().get(organization=organization, kind=kind, year=year, branch=None)
    if not gap_free:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SEQUENCE IF NOT EXISTS {_sequence_name(series)}")
    return series
