"""Many papers or labels in one file: background jobs whose page shows the progress and keeps the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor
from core.documents import labels, papers
from core.documents.errors import NothingToPrint, TooManyLabels, UnknownPaper
from core.documents.figures import spoken
from core.documents.labels import LabelKind, LabelSize, sheet_of
from core.documents.making import PDF
from core.documents.papers import Paper
from core.documents.snapshot import packed, unpacked
from core.jobs.running import Running, runs
from core.jobs.services import start_job
from core.models import Job

MOST_PAPERS = 500
AT_ONCE = 25


def print_papers(*, kind: str, ids: Sequence[int], by: Actor) -> Job:
    """Ask for one file with the papers of many records; those the user may not see or that are refused are left out.

    These are copies for the hand: no version is kept of them. Raises UnknownPaper, NothingToPrint, TooManyLabels.
    """
    paper = _paper(kind)
    policy.require(by, paper.view_action)
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise NothingToPrint
    if len(wanted) > MOST_PAPERS:
        raise TooManyLabels(wanted=len(wanted), limit=MOST_PAPERS)
    params = {"kind": kind, "ids": wanted}
    title = f"{paper.label}: {len(wanted)}"
    return start_job(kind="core.papers", params=params, by=by, title=title, total=len(wanted))


def _paper(kind: str) -> Paper:
    try:
        return papers.by_kind(kind)
    except LookupError as error:
        raise UnknownPaper(kind=kind) from error


@runs("core.papers")
def run_papers(job: Running) -> None:
    from core.documents.rendering import Sheet, draw

    paper = _paper(job.params["kind"])
    found = paper.visible_to(job.by).in_bulk(job.params["ids"])
    records = [found[pk] for pk in job.params["ids"] if pk in found]
    refused = [f"{record}: {paper.refusal(record)}" for record in records if paper.refusal(record)]
    records = [record for record in records if paper.is_of(record) and not paper.refusal(record)]
    sheets: list[Sheet] = []
    for start in range(0, len(records), AT_ONCE):
        sheets += _sheets(paper, records[start : start + AT_ONCE])
        job.advance(len(sheets), note=_("Reading"))
    if sheets:
        drawn = draw(sheets)
        job.keep_file(f"{slugify(str(paper.label)) or 'papers'}.pdf", drawn.content, PDF)
    job.finish({_("Papers"): len(sheets), **({_("Left out"): refused} if refused else {})})


def _sheets(paper: Paper, records: Sequence[Any]) -> list[Any]:
    """The sheets of these records in their order, read once per language."""
    from core.documents.rendering import Sheet

    by_language: dict[str, list[Any]] = {}
    for record in records:
        by_language.setdefault(spoken(paper.language(record)), []).append(record)
    sheets: dict[int, Any] = {}
    for language, group in by_language.items():
        with translation.override(language):
            facts = paper.read([record.pk for record in group])
            for record in group:
                snapshot = unpacked(packed(facts[record.pk]))
                sheets[record.pk] = Sheet(paper.template, snapshot, language, paper.is_draft(record))
    return [sheets[record.pk] for record in records]


def print_labels(*, kind: str, ids: Sequence[int], size: LabelSize, by: Actor, copies: int = 1, skip: int = 0) -> Job:
    """Ask for a file of labels, `copies` of each; `skip` places of the first A4 sheet stay empty.

    Raises UnknownPaper, NothingToPrint, TooManyLabels.
    """
    labelled = label_kind(kind)
    policy.require(by, labelled.view_action)
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise NothingToPrint
    if len(wanted) * copies > labels.MOST:
        raise TooManyLabels(wanted=len(wanted) * copies, limit=labels.MOST)
    params = {"kind": kind, "ids": wanted, "size": size.value, "copies": copies, "skip": skip}
    title = f"{labelled.label_plural}: {len(wanted) * copies}"
    return start_job(kind="core.labels", params=params, by=by, title=title, total=len(wanted))


def label_kind(kind: str) -> LabelKind:
    """The declared kind of label. Raises UnknownPaper."""
    try:
        return labels.by_kind(kind)
    except LookupError as error:
        raise UnknownPaper(kind=kind) from error


@runs("core.labels")
def run_labels(job: Running) -> None:
    from core.documents.rendering import Sheet, draw

    labelled = label_kind(job.params["kind"])
    seen = set(labelled.visible_to(job.by).filter(pk__in=job.params["ids"]).values_list("pk", flat=True))
    read = labelled.read([pk for pk in job.params["ids"] if pk in seen])
    job.advance(len(read), note=_("Drawing"))
    if read:
        sheet = sheet_of(
            read,
            size=LabelSize(job.params["size"]),
            title=str(labelled.label_plural),
            copies=job.params["copies"],
            skip=job.params["skip"],
        )
        language = translation.get_language() or "en"
        drawn = draw([Sheet("documents/labels.html", unpacked(packed(sheet)), language)])
        job.keep_file(f"{slugify(str(labelled.label_plural)) or 'labels'}.pdf", drawn.content, PDF)
    job.finish({_("Labels"): len(read) * job.params["copies"]})
