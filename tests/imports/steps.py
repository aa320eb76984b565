"""Walking through an import in a test as a person does, without a worker."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from core.actors import SYSTEM, Actor
from core.imports import services, steps
from core.models import ImportRow, ImportRun


def csv_of(*rows: list[Any], delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode()


def upload(content: bytes, profile: str, *, by: Actor = SYSTEM, name: str = "file.csv", **options: Any) -> ImportRun:
    return services.start_import(profile=profile, name=name, content=ContentFile(content), by=by, options=options)


def checked(content: bytes, profile: str, *, by: Actor = SYSTEM, **options: Any) -> ImportRun:
    """Upload, take the suggested columns, check."""
    fixed, key, twins = options.pop("fixed", {}), options.pop("key", ""), options.pop("twins", "")
    run = upload(content, profile, by=by, **options)
    mapping = {int(place): field for place, field in run.mapping.items()}
    run = services.assign_columns(run_id=run.pk, mapping=mapping, fixed=fixed, key=key, by=by)
    if twins:
        run.options["twins"] = twins
        run.save()
    steps.check_run(run, by=by, progress=lambda done, total: None)
    return run


def imported(content: bytes, profile: str, *, by: Actor = SYSTEM, **options: Any) -> ImportRun:
    """Check and write what is good."""
    run = checked(content, profile, by=by, **options)
    steps.import_run(run, by=by, resume=None, checkpoint=lambda data, done: None)
    return run


def taken_back(run: ImportRun, *, by: Actor = SYSTEM) -> tuple[int, int]:
    return steps.undo_run(run, by=by, at=timezone.now(), advance=lambda done: None)


def errors(run: ImportRun) -> dict[int, dict[str, str]]:
    return dict(ImportRow.objects.filter(run=run, errors__isnull=False).order_by("line").values_list("line", "errors"))
