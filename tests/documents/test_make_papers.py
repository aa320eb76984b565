"""Drawing papers in the background: twice is once, a killed worker's work is done again, nothing is left lying."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from core import doorbell
from core.actors import SYSTEM
from core.documents import making, services
from core.documents.choices import DocumentState
from core.documents.services import request_paper
from core.documents.tasks import make_document, sweep_documents
from core.models import Document, LockingQuerySet
from tests.documents.reading import files_in
from tests.factories.documents import quote_of

PAPER = b"%PDF-1.7 small"


@pytest.fixture
def asked(maker) -> Document:
    return request_paper(kind="sales.quote", record_id=quote_of(maker).pk, by=SYSTEM)


@pytest.fixture
def quick(monkeypatch):
    """No real drawing, but the number of times it was asked for."""
    calls = []
    monkeypatch.setattr(making, "_drawn", lambda document: (calls.append(document.attempts), (PAPER, 1))[1])
    return calls


def lose(document: Document) -> None:
    """The worker that held it is dead for long."""
    Document.objects.filter(pk=document.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_second_run_finds_it_done(asked, quick, box):
    make_document(document_id=asked.pk)
    make_document(document_id=asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.pages, asked.size, asked.facts) == (DocumentState.READY, 1, len(PAPER), {})
    assert asked.made_at is not None
    assert quick == [1]
    assert [path.read_bytes() for path in files_in(box)] == [PAPER]


def test_one_that_somebody_draws_is_left_alone(asked, quick):
    assert making._claim(asked.pk) is not None
    assert making.make(asked.pk) is None
    assert quick == []


def test_a_killed_worker_is_followed_by_the_next(asked, quick, box, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*_arguments, **_fields):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(LockingQuerySet, "update", die)  # dead between file and row
        with pytest.raises(Killed):
            making.make(asked.pk)
    assert len(files_in(box)) == 1
    assert making.make(asked.pk) is None, "the lease still runs"
    lose(asked)
    assert making.make(asked.pk) == DocumentState.READY
    asked.refresh_from_db()
    assert [path.name for path in files_in(box)] == [asked.file.name.rpartition("/")[2]]


def test_who_lost_the_turn_leaves_no_file(asked, quick, box):
    slow = making._claim(asked.pk)
    lose(asked)
    assert making.make(asked.pk) == DocumentState.READY
    assert making._store(slow, b"%PDF-late", 1) is None
    asked.refresh_from_db()
    assert [path.read_bytes() for path in files_in(box)] == [PAPER]
    with asked.file.open("rb") as file:
        assert file.read() == PAPER


def test_three_failures_are_enough(asked, monkeypatch):
    monkeypatch.setattr(making, "_drawn", lambda document: 1 / 0)
    states = [making.make(asked.pk) for _ in range(4)]
    assert states == [DocumentState.WAITING, DocumentState.WAITING, DocumentState.FAILED, None]
    asked.refresh_from_db()
    assert "ZeroDivisionError" in asked.error


def test_one_over_which_workers_die_is_given_up(asked, quick):
    for _ in range(making.TRIES):
        assert making._claim(asked.pk) is not None
        lose(asked)
    assert making.make(asked.pk) is None
    asked.refresh_from_db()
    assert asked.state == DocumentState.FAILED
    assert quick == []


def test_the_sweeper_wakes_workers_for_what_was_left(asked, quick, monkeypatch):
    rung = []
    monkeypatch.setattr(doorbell, "ring", lambda task, **arguments: rung.append((task.name, arguments)) or True)
    assert sweep_documents() == 1
    assert rung == [("core.make_document", {"document_id": asked.pk})]
    claimed = making._claim(asked.pk)
    assert sweep_documents() == 0
    lose(claimed)
    assert sweep_documents() == 1
    make_document(document_id=asked.pk)
    assert sweep_documents() == 0


def test_a_worker_is_woken_when_the_wish_is_committed(maker, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr(services.doorbell, "ring", lambda task, **arguments: rung.append(arguments) or True)
    quote = quote_of(maker)
    with django_capture_on_commit_callbacks(execute=True):
        document = request_paper(kind="sales.quote", record_id=quote.pk, by=SYSTEM)
        assert rung == []
    assert rung == [{"document_id": document.pk}]


def test_ready_without_a_file_is_refused_by_the_database(asked):
    with pytest.raises(DatabaseError, match="document_ready_has_its_file"):
        Document.objects.filter(pk=asked.pk).update(state=DocumentState.READY)
