"""Document numbers: gap-free where the law wants it, otherwise quick."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import policy
from core.actors import Actor
from core.db import create_sequence, next_values
from core.errors import InvalidValue, SequenceMissing
from core.models import Branch, NumberSequence, Organization
from core.transactions import command

# kind: (pattern, gap-free). A pattern may name {branch}, the branch's code, beside {year} and {n}.
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
        numbers = next_values(_sequence_name(series), count)
    code = branch.code if branch else ""
    return [series.pattern.format(year=on.year, n=number, branch=code) for number in numbers]


def _sequence_name(series: NumberSequence) -> str:
    return f"core_number_{series.pk}"


def _series(kind: str, *, organization: Organization, year: int, branch: Branch | None) -> NumberSequence:
    """The branch's own series where it has one, else the organisation's.

    A new year starts with the pattern of the last one, so what a company chose stays.
    """
    rows = NumberSequence.objects.filter(organization=organization, kind=kind, year__lte=year)
    latest = rows.filter(Q(branch=None) | Q(branch=branch)).order_by(F("branch").asc(nulls_last=True), "-year").first()
    if latest and latest.year == year:
        return latest
    if kind not in DEFAULTS and not latest:
        raise SequenceMissing(kind=kind)
    pattern, gap_free = (latest.pattern, latest.gap_free) if latest else DEFAULTS[kind]
    home = branch if latest and latest.branch_id else None
    return _start(kind, organization=organization, year=year, branch=home, pattern=pattern, gap_free=gap_free)


def _start(
    kind: str, *, organization: Organization, year: int, branch: Branch | None, pattern: str, gap_free: bool
) -> NumberSequence:
    # A rival that starts the same year waits on the unique index here and then reads the winner's row.
    NumberSequence.objects.bulk_create(
        [
            NumberSequence(
                organization=organization, branch=branch, kind=kind, year=year, pattern=pattern, gap_free=gap_free
            )
        ],
        ignore_conflicts=True,
    )
    series = NumberSequence.objects.locked().get(organization=organization, branch=branch, kind=kind, year=year)
    if not series.gap_free:
        create_sequence(_sequence_name(series))
    return series


@command
def start_series(
    *, organization_id: int, kind: str, year: int, pattern: str, by: Actor, branch_id: int | None = None
) -> NumberSequence:
    """Give an organisation, or one of its branches, a series of its own for a year, with its own pattern.

    The pattern has to name {n}, and {branch} for a branch, so that two series never write the same number. A
    series that exists is returned as it is. Raises SequenceMissing for an unknown kind, InvalidValue for a
    pattern that cannot be filled.
    """
    policy.require(by, "core.manage_organization")
    if kind not in DEFAULTS:
        raise SequenceMissing(kind=kind)
    organization = Organization.objects.get(pk=organization_id)
    branch = Branch.objects.get(pk=branch_id, organization=organization) if branch_id else None
    _check_pattern(pattern, needs_branch=branch is not None)
    return _start(
        kind, organization=organization, year=year, branch=branch, pattern=pattern, gap_free=DEFAULTS[kind][1]
    )


def _check_pattern(pattern: str, *, needs_branch: bool) -> None:
    try:
        samples = {pattern.format(year=2026, n=number, branch=code) for number in (1, 2) for code in ("a", "b")}
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise InvalidValue(field=_("pattern"), problem=str(error)) from error
    if len(samples) < (4 if needs_branch else 2):
        raise InvalidValue(field=_("pattern"), problem=_("it must name {n}, and {branch} for a branch"))
