"""Document numbers: gap-free where the law wants it, otherwise quick."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import policy
from core.actors import Actor
from core.errors import InvalidValue, SequenceMissing
from core.models import Branch, NumberSequence, Organization
from core.remembered import remembered_for_all
from core.sequences import create_sequence, hold_sequence, next_values, peek_sequences, restart_sequence
from core.services.fingerprints import ChangedMeanwhile, fingerprint
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


LABELS: dict[str, str | Promise] = {
    "invoice": _("Invoice"),
    "credit_note": _("Credit note"),
    "quote": _("Quote"),
    "sales_order": _("Order"),
    "shipment": _("Delivery note"),
    "purchase_order": _("Purchase order"),
    "goods_receipt": _("Goods receipt"),
    "work_order": _("Work order"),
    "supplier_bill": _("Supplier bill"),
    "payment": _("Payment"),
    "ticket": _("Ticket"),
    "visit": _("Visit"),
    "stocktake": _("Count"),
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
    latest = next(iter(_latest(organization.pk, kind, year, branch.pk if branch else None)), None)
    if latest and latest.year == year:
        return latest
    if kind not in DEFAULTS and not latest:
        raise SequenceMissing(kind=kind)
    pattern, gap_free = (latest.pattern, latest.gap_free) if latest else DEFAULTS[kind]
    home = branch if latest and latest.branch_id else None
    return _start(kind, organization=organization, year=year, branch=home, pattern=pattern, gap_free=gap_free)


@remembered_for_all
def _latest(organization: Any, kind: Any, year: Any, branch: Any) -> QuerySet[NumberSequence]:
    rows = NumberSequence.objects.filter(organization=organization, kind=kind, year__lte=year)
    own = rows.filter(Q(branch=None) | Q(branch=branch))
    return own.order_by(F("branch").asc(nulls_last=True), "-year")[:1]


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


@command
def change_series(
    *, series_id: int, pattern: str, by: Actor, next_number: int | None = None, seen: str = ""
) -> NumberSequence:
    """Write the numbers of a series differently from now on, or let it go on from a higher number.

    Numbers that were given stay. A gap-free series goes on by itself, so it takes no other next number; another one
    never goes back, because it would write the same number twice. Locks the series. Raises InvalidValue,
    ChangedMeanwhile.
    """
    policy.require(by, "core.manage_organization")
    series = NumberSequence.objects.locked().get(pk=series_id)
    _check_pattern(pattern, needs_branch=series.branch_id is not None)
    if not series.gap_free and next_number is not None:
        hold_sequence(_sequence_name(series))  # a rival must not take a number between the look and the restart
    due = next_numbers([series])[series.pk]
    if next_number is not None and next_number != due:
        if series.gap_free:
            raise InvalidValue(field=_("next number"), problem=_("a series without gaps goes on by itself"))
        if next_number < due:
            raise InvalidValue(field=_("next number"), problem=_("numbers up to {last} are taken").format(last=due - 1))
        restart_sequence(_sequence_name(series), next_number)
    if series.pattern != pattern:
        if seen and seen != seen_of(series):
            raise ChangedMeanwhile(current="", expected="")
        series.pattern = pattern
        series.save(update_fields=["pattern"])
    return series


def seen_of(series: NumberSequence) -> str:
    """What a form about a series is filled from: its pattern, not the numbers that are taken meanwhile."""
    shown = NumberSequence(pk=series.pk, pattern=series.pattern)
    return fingerprint(shown)


def next_numbers(rows: Iterable[NumberSequence]) -> dict[int, int]:
    """What each series would take next, by its key, in one statement at most. Looking takes no number."""
    series = list(rows)
    quick = peek_sequences([_sequence_name(row) for row in series if not row.gap_free])
    return {row.pk: row.next_number if row.gap_free else quick.get(_sequence_name(row), 1) for row in series}


def written(series: NumberSequence, number: int) -> str:
    """A number of a series as its documents show it."""
    code = series.branch.code if series.branch else ""
    return series.pattern.format(year=series.year, n=number, branch=code)


def _check_pattern(pattern: str, *, needs_branch: bool) -> None:
    try:
        samples = {pattern.format(year=2026, n=number, branch=code) for number in (1, 2) for code in ("a", "b")}
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise InvalidValue(field=_("pattern"), problem=str(error)) from error
    if len(samples) < (4 if needs_branch else 2):
        raise InvalidValue(field=_("pattern"), problem=_("it must name {n}, and {branch} for a branch"))
