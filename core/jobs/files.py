"""Files that jobs leave: stored under random names, removed after their time."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

from django.core.files.base import ContentFile, File
from django.db import transaction

from core.models import Job, JobFile

KEPT = timedelta(days=30)
CHUNK = 1024 * 1024


def keep(job: Job, *, turn: int, name: str, content: bytes | str | Path, content_type: str) -> JobFile:
    """Store a file of a job; one of the same name from an earlier turn is replaced, row and content."""
    data = content.encode() if isinstance(content, str) else content
    if isinstance(data, Path):
        with data.open("rb") as opened:
            return _store(job, turn, name, File(opened), content_type)
    return _store(job, turn, name, ContentFile(data), content_type)


def _store(job: Job, turn: int, name: str, content: File, content_type: str) -> JobFile:
    sha256 = hashlib.sha256()
    for chunk in content.chunks(CHUNK):
        sha256.update(chunk)
    content.seek(0)
    name = name[-200:]
    storage = JobFile._meta.get_field("file").storage
    label = hashlib.sha256(name.encode()).hexdigest()[:16]
    path = storage.save(f"jobs/{job.uuid}/{turn}-{label}", content)
    with transaction.atomic():
        earlier = JobFile.objects.locked().filter(job=job, name=name).first()
        kept, _created = JobFile.objects.update_or_create(
            job=job,
            name=name,
            defaults={
                "content_type": content_type,
                "size": content.size,
                "sha256": sha256.hexdigest(),
                "file": path,
                "removed_at": None,
            },
        )
    old = earlier.file.name if earlier is not None else None
    if old and old != path:
        storage.delete(old)
    return kept


def remove_old(*, at: datetime, limit: int = 500) -> int:
    """Remove the content of files whose time is over; their rows say when. Returns how many.

    The row is marked first: a crash in between leaves a file that nobody can reach, and the next run of a job's
    neighbours takes the folder's leftovers along.
    """
    old = JobFile.objects.filter(created_at__lt=at - KEPT, removed_at=None).order_by("pk").select_related("job")
    removed = 0
    for file in old[:limit]:
        name, storage = file.file.name, file.file.storage
        if not JobFile.objects.filter(pk=file.pk, removed_at=None).update(removed_at=at, file=""):
            continue
        if name:
            storage.delete(name)
        _empty_folder(storage, f"jobs/{file.job.uuid}", keep=set(file.job.files.values_list("file", flat=True)))
        removed += 1
    return removed


def _empty_folder(storage: object, folder: str, *, keep: set[str]) -> None:
    """Remove what broken turns left in a job's folder."""
    try:
        _folders, names = storage.listdir(folder)  # type: ignore[attr-defined]
    except FileNotFoundError:
        return
    for name in names:
        if f"{folder}/{name}" not in keep:
            storage.delete(f"{folder}/{name}")  # type: ignore[attr-defined]
