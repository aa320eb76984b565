"""The dry run: every row read, checked, compared with what is there, and staged. Nothing else is written."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from core.actors import Actor
from core.imports import reading, staging
from core.imports.attempts import attempt
from core.imports.choices import RowState
from core.imports.errors import FixedValueBad
from core.imports.fields import CellError, Forms, ImportField, Kind
from core.imports.profiles import CHANGED, CREATED, SAME, Entry, ImportProfile, Twin, Written
from core.imports.reading import Facts, Row, limits
from core.imports.reading.dates import OrderEvidence
from core.imports.reading.facts import SAMPLE_ROWS
from core.imports.reading.numbers import MarkEvidence
from core.imports.staging import Staged
from core.models import ImportRow, ImportRun
from core.updating import update_rows

logger = logging.getLogger(__name__)

REMEMBERED = 50_000  # references and marks kept in memory; beyond it references are asked for again
MARKS_REMEMBERED = 400_000
STATES = {CREATED: RowState.NEW, CHANGED: RowState.CHANGED, SAME: RowState.SAME}
Progress = Callable[[int, int | None], None]


@dataclass
class Plan:
    """How the cells of a row become values: a reader per mapped column, values that are the same for every row."""

    profile: ImportProfile
    by: Actor
    fields: dict[str, ImportField]
    places: dict[int, str]
    key_field: str
    width: int
    fixed: dict[str, Any] = field(default_factory=dict)
    readers: list[tuple[int, str, Callable[[Any], Any]]] = field(default_factory=list)
    known: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    marks: dict[int, int] = field(default_factory=dict)

    def read_with(self, forms: Forms) -> None:
        self.readers = [(place, name, self.fields[name].reader(forms)) for place, name in self.places.items()]


def plan_of(run: ImportRun, profile: ImportProfile, by: Actor, facts: Facts) -> Plan:
    """What a run is going to do, its fixed values read and resolved. Raises FixedValueBad."""
    fields = {one.name: one for one in profile.fields_for(by)}
    places = {int(place): name for place, name in run.mapping.items() if name in fields}
    key_field = profile.key_field([*places.values(), *run.fixed], run.options.get("key", ""))
    plan = Plan(profile, by, fields, places, key_field, len(facts.headings))
    forms = Forms(facts.decimal, facts.dates)
    for name, text in run.fixed.items():
        if name not in fields or name in places.values() or str(text).strip() == "":
            continue
        entry = Entry(0, {})
        try:
            entry.values[name] = fields[name].reader(forms)(str(text))
        except CellError as error:
            raise FixedValueBad(field=fields[name].label, problem=str(error)) from error
        _resolve(plan, [entry], names=[name])
        if entry.errors:
            raise FixedValueBad(field=fields[name].label, problem=next(iter(entry.errors.values())))
        plan.fixed |= entry.values
    return plan


def check(run: ImportRun, *, profile: ImportProfile, by: Actor, path: Path, progress: Progress) -> dict[str, int]:
    """Check a whole file and stage its rows; returns how many there are of each state.

    A repeat begins anew. Raises FileRefused when the file turns out to be unreadable, FixedValueBad.
    """
    facts = Facts.from_json(run.facts)
    plan = plan_of(run, profile, by, facts)
    total = _settle_forms(run, facts, plan, path)
    plan.read_with(Forms(facts.decimal, facts.dates))
    ImportRow.objects.filter(run=run).delete()
    rows, done = reading.read(path, facts), 0
    while batch := list(islice(rows, profile.batch_size)):
        with transaction.atomic():
            staging.put(run, _checked(plan, batch))
        done += len(batch)
        if done > limits.MAX_ROWS:
            raise limits.TooManyRows(limit=f"{limits.MAX_ROWS:,}")
        progress(done, total)
    _compare_keys(run, plan)
    if profile.grouped:
        _rehearse_groups(run, plan)
    return counts_of(run)


def counts_of(run: ImportRun) -> dict[str, int]:
    found = ImportRow.objects.filter(run=run).order_by().values_list("state").annotate(count=Count("pk"))
    return dict(found)


def _settle_forms(run: ImportRun, facts: Facts, plan: Plan, path: Path) -> int | None:
    """Decide decimal mark and order of dates from all values of the mapped columns; returns the number of rows.

    A file whose rows were all in the sample is not read again.
    """
    if facts.sampled_rows < SAMPLE_ROWS:
        return facts.sampled_rows
    kinds = {place: plan.fields[name].kind for place, name in plan.places.items()}
    days = [place for place, kind in kinds.items() if kind in (Kind.DATE, Kind.MOMENT)]
    figures = [place for place, kind in kinds.items() if kind in (Kind.DECIMAL, Kind.INTEGER)]
    orders, marks, count = OrderEvidence(), MarkEvidence(), 0
    for row in reading.read(path, facts):
        count += 1
        if count > limits.MAX_ROWS:
            raise limits.TooManyRows(limit=f"{limits.MAX_ROWS:,}")
        orders.look_at(_texts(row, days))
        marks.look_at(_texts(row, figures))
    if days and not run.options.get("dates"):
        facts.dates, facts.dates_are_open = orders.decide(), orders.is_open
        facts.dates_contradict = orders.contradicts_itself
    if figures and not run.options.get("decimal"):
        facts.decimal, facts.decimal_is_open = marks.decide(facts.decimal), marks.is_open
    run.facts = facts.as_json()
    run.save(update_fields=["facts"])
    return count


def _texts(row: Row, places: Sequence[int]) -> Iterator[str]:
    for place in places:
        if place < len(row.cells) and isinstance(cell := row.cells[place], str) and cell:
            yield cell


def _checked(plan: Plan, batch: Sequence[Row]) -> list[Staged]:
    """Read, resolve, match and judge a batch; a number of statements that does not depend on its rows."""
    profile = plan.profile
    entries = [_read(plan, row) for row in batch]
    _resolve(plan, entries)
    for entry in entries:
        if not entry.errors or profile.grouped:  # a bad row holds its whole record back
            entry.key = profile.key_of(entry.values, plan.key_field)
    good = [entry for entry in entries if not entry.errors]
    profile.match(good, key_field=plan.key_field, by=plan.by)
    _require(plan, good)
    profile.check([entry for entry in good if not entry.errors], by=plan.by)
    if profile.finds_twins:
        unknown = [entry for entry in good if not entry.errors and entry.record_id is None]
        profile.twins(unknown, by=plan.by)
        _compare_marks(plan, unknown)
    states: dict[int, str] = {}
    if not profile.grouped:
        clear = [entry for entry in good if not entry.errors and not entry.twins]
        if not (profile.matches_itself or profile.rehearses):  # what is about no known record is new
            clear = [entry for entry in clear if entry.record_id is not None]
        states = _rehearse(plan, clear)
    return [
        Staged(entry, RowState.BAD if entry.errors else RowState.TWIN if entry.twins else states.get(entry.line, "new"))
        for entry in entries
    ]


def _read(plan: Plan, row: Row) -> Entry:
    values = dict(plan.fixed)
    entry = Entry(row.line, values)
    cells, count = row.cells, len(row.cells)
    if count > plan.width and any(str(cell).strip() for cell in cells[plan.width :]):
        problem = _("The row has {found} values under {expected} headings; a quotation mark or a separator is wrong.")
        entry.refuse(problem.format(found=count, expected=plan.width))
    for place, name, read in plan.readers:
        if place >= count:
            continue
        cell = cells[place]
        if cell == "" or (type(cell) is str and not cell.strip()):
            continue
        try:
            values[name] = read(cell)
        except CellError as error:
            entry.refuse(str(error), name)
    return entry


def _resolve(plan: Plan, entries: Sequence[Entry], names: Sequence[str] | None = None) -> None:
    """Turn the texts of references into keys: one question per column for all rows of the batch."""
    mapped = names if names is not None else [name for _place, name, _read in plan.readers]
    for name in mapped:
        one = plan.fields[name]
        if not one.names_records:
            continue
        known = plan.known.setdefault(name, {})
        if len(known) > REMEMBERED:
            known.clear()
        texts = {entry.values[name] for entry in entries if name in entry.values} - set(known)
        if texts:
            found = one.resolve(texts, plan.by)
            known.update({text: found.get(text, []) for text in texts})
        for entry in entries:
            if name not in entry.values:
                continue
            text = entry.values[name]
            keys = known[text]
            if len(keys) == 1:
                entry.values[name] = keys[0]
                continue
            problem = _("“{text}” fits {count} records.") if keys else _("“{text}” is not known here.")
            entry.refuse(problem.format(text=text[:60], count=len(keys)), name)


def _require(plan: Plan, entries: Sequence[Entry]) -> None:
    """What a new record needs must be there; a known one keeps what it has."""
    needed = [one for one in plan.fields.values() if one.required]
    for entry in entries:
        for one in needed:
            if (entry.record_id is None or one.name == plan.key_field) and entry.values.get(one.name) in (None, ""):
                entry.refuse(_("A value is needed here."), one.name)
        if plan.profile.required_keys and not entry.key:
            entry.refuse(_("A value is needed here."), plan.key_field or plan.profile.keys[0])


def _compare_marks(plan: Plan, entries: Sequence[Entry]) -> None:
    """Rows that share an e-mail, phone and the like with an earlier row of the file are likely twins of it."""
    for entry in entries:
        for mark, word in plan.profile.marks(entry.values):
            number = hash(mark)
            first = plan.marks.get(number)
            if first is not None and not entry.errors and not entry.twins:
                why = _("same {what} as line {line}").format(what=word, line=first)
                entry.twins.append(Twin(0, _("Line {line} of this file").format(line=first), why))
            elif len(plan.marks) < MARKS_REMEMBERED:
                plan.marks.setdefault(number, entry.line)


def _rehearse(plan: Plan, entries: Sequence[Entry]) -> dict[int, str]:
    """What would become of each row; rows that the app's rules refuse get their reason."""
    written, refused = attempt(
        lambda part: plan.profile.rehearse(part, by=plan.by), entries, grouped=plan.profile.grouped
    )
    for entry in entries:
        if entry.line in refused:
            entry.refuse(refused[entry.line])
    return states_of(written)


def states_of(written: Sequence[Written]) -> dict[int, str]:
    """The state per line, told by its own record."""
    return {one.line: STATES[one.kind] for one in written if one.own}


def _compare_keys(run: ImportRun, plan: Plan) -> None:
    if plan.profile.grouped:
        staging.hold_back_groups(run, problem=_("Held back: line {line} of the same record has an error."))
    elif plan.key_field or plan.profile.required_keys:
        problem = _("Line {line} of this file has the same value.")
        staging.refuse_repeated(run, key_field=plan.key_field, problem=problem)


def _rehearse_groups(run: ImportRun, plan: Plan) -> None:
    """Rehearse whole records, now that all their rows are staged."""
    size = plan.profile.batch_size
    found: list[tuple[int, str, Any]] = []
    for batch in staging.batches(run, plan.fields, size=size, after=0, grouped=True, checking=True):
        entries = [entry for _row, entry in batch]
        states = _rehearse(plan, entries)
        found += [
            (row.pk, RowState.BAD if entry.errors else states.get(entry.line, row.state), entry.errors or None)
            for row, entry in batch
        ]
    with transaction.atomic():
        update_rows(ImportRow, ["state", "errors"], found)
