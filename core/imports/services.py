"""The steps of an import, each a command; the long ones ask for a job."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor, user_or_none
from core.errors import NotAllowed
from core.imports import profiles, reading
from core.imports.choices import RowState, RunState, TwinAction
from core.imports.errors import (
    FieldsMissing,
    FieldTwice,
    FieldUnknown,
    FileGone,
    NothingMapped,
    NothingToImport,
    NothingToTakeBack,
    NotNow,
)
from core.imports.profiles import ImportProfile
from core.imports.reading import Facts
from core.imports.reading.limits import MAX_FILE_BYTES, MIB, FileTooLarge
from core.imports.suggesting import suggest
from core.jobs.services import start_job
from core.models import ImportMapping, ImportRow, ImportRun
from core.transactions import command

logger = logging.getLogger(__name__)

CHECK, APPLY, UNDO = "core.import_check", "core.import_apply", "core.import_undo"
OPEN_STATES = (RunState.UPLOADED, RunState.MAPPED, RunState.CHECKED, RunState.FAILED)
OPTIONS = frozenset({"encoding", "delimiter", "quote", "sheet", "header_line", "decimal", "dates"})


def profile_for(key: str, by: Actor) -> ImportProfile:
    """The profile, if the user may import it. Raises LookupError, NotAllowed."""
    profile = profiles.by_key(key)
    if not profile.may_import(by):
        raise NotAllowed(action=policy.known_actions()[profile.create_action].label)
    return profile


def path_of(run: ImportRun) -> Path:
    """Where the uploaded file lies. Raises FileGone."""
    path = Path(default_storage.path(run.file.name)) if run.file and run.file.name else Path()
    if not path.is_file():
        raise FileGone(file=run.name)
    return path


@command
def start_import(
    *, profile: str, name: str, content: File[bytes], by: Actor, options: dict[str, Any] | None = None
) -> ImportRun:
    """Keep an uploaded file, find out what it is, and suggest a field for each column.

    The file gets a random name outside the static folder. Each call makes a run. Raises FileRefused when the file
    cannot be imported at all (nothing is kept then), NotAllowed, LookupError.
    """
    found = profile_for(profile, by)
    size = content.size or 0
    if size > MAX_FILE_BYTES:
        raise FileTooLarge(limit=MAX_FILE_BYTES // MIB)
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    content.seek(0)
    stored = default_storage.save(f"imports/{uuid.uuid4().hex}", content)
    try:
        facts = reading.look(Path(default_storage.path(stored)), options)
        run = ImportRun(
            profile=found.key, by=user_or_none(by), name=Path(name).name[:200], size=size, sha256=digest.hexdigest(),
            facts=facts.as_json(), options=options or {},
        )  # fmt: skip
        run.file.name = stored
        _suggest(run, found, facts, by)
        run.save()
    except BaseException:
        default_storage.delete(stored)
        raise
    logger.info("file uploaded to import", extra={"run_id": run.pk, "profile": found.key})
    return run


def _suggest(run: ImportRun, profile: ImportProfile, facts: Facts, by: Actor) -> None:
    found, saved = suggest(facts, profile.fields_for(by), list(mappings_for(profile.key, by)))
    run.mapping = {str(place): suggestion.field for place, suggestion in found.items()}
    run.fixed = dict(saved.fixed) if saved else {}


def mappings_for(profile: str, by: Actor) -> Any:
    """Saved mappings the user may use: his own and those for everybody."""
    return ImportMapping.objects.filter(Q(owner=user_or_none(by)) | Q(owner=None), profile=profile).order_by("name")


def _locked(run_id: int, by: Actor) -> ImportRun:
    """The run under its lock. One whose job ended without a word (cancelled while it waited) counts as stopped."""
    run = ImportRun.objects.visible_to(by).locked().get(pk=run_id)
    profile_for(run.profile, by)
    if run.is_busy and run.job is not None and not run.job.is_open:
        run.state, run.error = RunState.FAILED, run.job.error or str(_("Cancelled."))
        if run.changes.exists():
            run.imported_at = run.job.finished_at
        run.save(update_fields=["state", "error", "imported_at"])
    return run


def _require_open(run: ImportRun) -> None:
    if run.state not in OPEN_STATES or run.imported_at:
        raise NotNow(file=run.name, state=run.get_state_display())


@command
def read_differently(*, run_id: int, options: Mapping[str, Any], by: Actor) -> ImportRun:
    """Look at the file once more with what the user decided (encoding, separator, sheet, headings, decimals, dates).

    Columns are suggested anew when the headings came out differently. The same options again change nothing but the
    check, which has to be done again. Raises FileRefused, NotNow.
    """
    run = _locked(run_id, by)
    _require_open(run)
    kept = {name: value for name, value in run.options.items() if name not in OPTIONS}
    run.options = kept | {name: value for name, value in options.items() if name in OPTIONS and value not in (None, "")}
    facts = reading.look(path_of(run), run.options)
    if facts.headings != run.facts.get("headings"):
        _suggest(run, profile_for(run.profile, by), facts, by)
    run.facts = facts.as_json()
    _forget_check(run)
    run.save()
    return run


def _forget_check(run: ImportRun) -> None:
    run.state = RunState.UPLOADED if run.state == RunState.UPLOADED else RunState.MAPPED
    run.counts, run.error, run.checked_at = {}, "", None
    ImportRow.objects.filter(run=run).delete()


@command
def assign_columns(
    *,
    run_id: int,
    mapping: Mapping[int, str],
    by: Actor,
    fixed: Mapping[str, str] | None = None,
    key: str = "",
) -> ImportRun:
    """Say which column fills which field, and which fields have one value for every row.

    Raises NothingMapped, FieldTwice, FieldUnknown, FieldsMissing, NotNow.
    """
    run = _locked(run_id, by)
    _require_open(run)
    profile = profile_for(run.profile, by)
    fields = {field.name: field for field in profile.fields_for(by)}
    chosen = {place: name for place, name in mapping.items() if name}
    fixed = {name: text for name, text in (fixed or {}).items() if str(text).strip()}
    for name in (*chosen.values(), *fixed):
        if name not in fields:
            raise FieldUnknown(field=name)
        if list(chosen.values()).count(name) > 1:
            raise FieldTwice(field=fields[name].label)
    if not chosen:
        raise NothingMapped()
    there = {*chosen.values(), *fixed}
    if not profile.key_field(there, key):  # with a key, known records need nothing more
        missing = [str(field.label) for field in fields.values() if field.required and field.name not in there]
        if missing:
            raise FieldsMissing(fields=", ".join(missing))
    run.mapping = {str(place): name for place, name in sorted(chosen.items())}
    run.fixed, run.state = fixed, RunState.MAPPED
    run.options = {**run.options, "key": key}
    _forget_check(run)
    run.save()
    return run


@command
def keep_mapping(*, run_id: int, name: str, for_everybody: bool, by: Actor) -> ImportMapping:
    """Keep the mapping of a run under a name, for oneself or for everybody; the same name again replaces it."""
    run = _locked(run_id, by)
    headings = run.facts["headings"]
    columns = {headings[int(place)]: field for place, field in run.mapping.items()}
    options = {key: value for key, value in run.options.items() if key in OPTIONS}
    kept, _created = ImportMapping.objects.update_or_create(
        profile=run.profile,
        owner=None if for_everybody else user_or_none(by),
        name=name.strip()[:80],
        defaults={"columns": columns, "fixed": run.fixed, "options": options},
    )
    return kept


@command
def forget_mapping(*, mapping_id: int, by: Actor) -> None:
    """Remove a saved mapping: the own one, or one for everybody of a kind the user may import."""
    mapping = ImportMapping.objects.locked().filter(Q(owner=user_or_none(by)) | Q(owner=None)).get(pk=mapping_id)
    profile_for(mapping.profile, by)
    mapping.delete()


@command
def request_check(*, run_id: int, by: Actor) -> ImportRun:
    """Ask for the dry run. While one is under way nothing changes. Raises NothingMapped, NotNow."""
    run = _locked(run_id, by)
    if run.state == RunState.CHECKING:
        return run
    _require_open(run)
    if not run.mapping:
        raise NothingMapped()
    title = _("Check “{file}”").format(file=run.name)
    run.job = start_job(kind=CHECK, params={"run_id": run.pk}, by=by, title=title)
    run.state, run.error = RunState.CHECKING, ""
    run.save(update_fields=["state", "error", "job"])
    return run


@command
def choose_for_twins(
    *, run_id: int, by: Actor, default: str = "", actions: Mapping[int, str] | None = None
) -> ImportRun:
    """Say what to do with likely twins: for all, and differently for single lines. Raises NotNow."""
    run = _locked(run_id, by)
    if run.state != RunState.CHECKED:
        raise NotNow(file=run.name, state=run.get_state_display())
    if default in TwinAction.values:
        run.options = {**run.options, "twins": default}
        run.save(update_fields=["options"])
    for action in {*(actions or {}).values()} & {*TwinAction.values, ""}:
        lines = [line for line, chosen in (actions or {}).items() if chosen == action]
        ImportRow.objects.filter(run=run, state=RowState.TWIN, line__in=lines).update(action=action)
    return run


@command
def request_import(*, run_id: int, by: Actor) -> ImportRun:
    """Ask for the import of what the check found good; one that was stopped goes on. A second call changes nothing.

    Raises NotNow, NothingToImport.
    """
    run = _locked(run_id, by)
    if run.state in (RunState.IMPORTING, RunState.DONE):
        return run
    stopped = run.state == RunState.FAILED and run.job is not None and run.job.kind == APPLY
    if run.state != RunState.CHECKED and not stopped:
        raise NotNow(file=run.name, state=run.get_state_display())
    if not sum(run.count(state) for state in (RowState.NEW, RowState.CHANGED, RowState.SAME, RowState.TWIN)):
        raise NothingToImport(file=run.name)
    title = _("Import “{file}”").format(file=run.name)
    total = sum(count for state, count in run.counts.items() if state != RowState.BAD)
    params = {"run_id": run.pk, "resume": run.job.checkpoint if stopped and run.job else None}
    run.job = start_job(kind=APPLY, params=params, by=by, title=title, total=total)
    run.state, run.error = RunState.IMPORTING, ""
    run.save(update_fields=["state", "error", "job"])
    return run


@command
def request_undo(*, run_id: int, by: Actor, at: datetime) -> ImportRun:
    """Ask to take a finished import back. While it is under way nothing changes. Raises NotNow, NothingToTakeBack."""
    run = _locked(run_id, by)
    if run.state in (RunState.UNDOING, RunState.UNDONE):
        return run
    if run.state != RunState.DONE and not (run.state == RunState.FAILED and run.imported_at):
        raise NotNow(file=run.name, state=run.get_state_display())
    if not run.changes.filter(undone_at=None).exists():
        raise NothingToTakeBack(file=run.name)
    title = _("Take back the import of “{file}”").format(file=run.name)
    params = {"run_id": run.pk, "at": at.isoformat()}
    run.job = start_job(kind=UNDO, params=params, by=by, title=title)
    run.state = RunState.UNDOING
    run.save(update_fields=["state", "job"])
    return run


@command
def discard_run(*, run_id: int, by: Actor) -> None:
    """Throw away a file that was not imported, its rows and its choices. Raises NotNow."""
    run = _locked(run_id, by)
    _require_open(run)
    stored = run.file.name
    run.delete()
    if stored:
        transaction.on_commit(lambda: default_storage.delete(stored), robust=True)
