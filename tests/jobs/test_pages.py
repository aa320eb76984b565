"""The pages of background work: whose, how far, what came of it, and its files."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from core.errors import InvalidValue
from core.jobs import files, running, turns
from core.jobs.choices import JobState
from core.jobs.running import Running, runs
from core.jobs.services import start_job
from core.models import Job, JobFile, Notice
from core.tasks import remove_old_job_files
from tests.factories.core import make_user

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


@pytest.fixture
def seller(client):
    user = make_user("seller")
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def work(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(running, "_runners", {})

    @runs("test.work")
    def run(job: Running) -> None:
        if job.params.get("refuse"):
            raise InvalidValue(field="VAT", problem="9 digits")
        job.advance(done=2, total=2, note="Writing")
        job.keep_file("clients.csv", b"name\nBluehaven\n", "text/csv")
        job.finish({"Changed": 2, "Left out": ["Acme: closed", ["Fjord", "no <b>rights</b>"]]}, url="/crm/clients/")


def ask(by=SYSTEM, **fields) -> Job:
    return start_job(**{"kind": "test.work", "params": {}, "by": by, "title": "Export clients", **fields})


def done(by=SYSTEM, **fields) -> Job:
    job = ask(by, **fields)
    turns.run(job.pk)
    return Job.objects.get(pk=job.pk)


class TestOneJob:
    def test_a_running_one_keeps_itself_up_to_date_with_and_without_scripts(self, client, seller) -> None:
        job = ask(seller, total=4)
        Job.objects.filter(pk=job.pk).update(
            state=JobState.RUNNING, done=1, note="Reading", lease_until=timezone.now() + timedelta(minutes=1)
        )
        page = client.get(job.get_absolute_url()).content.decode()
        assert 'http-equiv="refresh"' in page
        assert 'aria-valuenow="25"' in page
        answer = client.get(job.get_absolute_url(), headers=PART)
        part = answer.content.decode()
        assert "HX-Request" in answer["Vary"]
        assert "<html" not in part
        assert 'data-live="2"' in part
        assert "Stop the work" in part

    def test_a_finished_one_stands_still_and_shows_what_came_of_it(self, client, seller) -> None:
        job = done(seller)
        page = client.get(job.get_absolute_url()).content.decode()
        assert 'http-equiv="refresh"' not in page
        assert 'id="job-panel"' in page
        assert "data-live" not in page.split('id="job-panel"')[1].split(">")[0]
        for text in ("Acme: closed", "Fjord: no &lt;b&gt;rights", "clients.csv", 'href="/crm/clients/"', "30 days"):
            assert text in page

    def test_a_failed_one_says_why_and_goes_on_when_told(self, client, seller) -> None:
        job = done(seller, params={"refuse": True})
        assert "VAT: 9 digits" in client.get(job.get_absolute_url()).content.decode()
        answer = client.post(reverse("core:job_resume", args=[job.uuid]))
        assert answer.status_code == 302
        job.refresh_from_db()
        assert (job.state, job.error) == (JobState.WAITING, "")
        finished = done(seller)
        answer = client.post(reverse("core:job_resume", args=[finished.uuid]), headers=PART)
        assert answer.status_code == 409
        assert "Only work that failed" in answer.content.decode()

    def test_stopping_answers_the_part_or_the_page(self, client, seller) -> None:
        first, second = ask(seller), ask(seller)
        part = client.post(reverse("core:job_cancel", args=[first.uuid]), headers=PART)
        assert "Cancelled" in part.content.decode()
        page = client.post(reverse("core:job_cancel", args=[second.uuid]))
        assert page["Location"] == second.get_absolute_url()
        assert set(Job.objects.values_list("state", flat=True)) == {JobState.CANCELLED}


class TestFiles:
    def test_its_owner_gets_it_as_a_download_and_nothing_else(self, client, seller) -> None:
        job = done(seller)
        answer = client.get(reverse("core:job_file", args=[job.uuid, job.files.get().uuid]))
        assert b"".join(answer.streaming_content) == b"name\nBluehaven\n"
        assert answer["Content-Disposition"] == 'attachment; filename="clients.csv"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "no-store" in answer["Cache-Control"]

    def test_a_second_turn_replaces_the_file_of_the_first(self, tmp_path) -> None:
        job = ask()
        first = files.keep(job, turn=1, name="a.csv", content="one", content_type="text/csv")
        (tmp_path / "source").write_bytes(b"three")
        second = files.keep(job, turn=2, name="a.csv", content=tmp_path / "source", content_type="text/csv")
        assert (first.pk, second.size, JobFile.objects.count()) == (second.pk, 5, 1)
        assert [path.read_bytes() for path in (tmp_path / "jobs" / str(job.uuid)).iterdir()] == [b"three"]

    def test_it_goes_after_its_time_and_its_row_says_so(self, client, seller, tmp_path) -> None:
        job = done(seller)
        (tmp_path / "jobs" / str(job.uuid) / "left-over").write_bytes(b"of a killed turn")
        now = timezone.now()
        assert files.remove_old(at=now + files.KEPT - timedelta(minutes=5)) == 0
        JobFile.objects.update(created_at=now - files.KEPT - timedelta(minutes=1))
        assert [remove_old_job_files() for _ in range(2)] == [1, 0]
        assert list((tmp_path / "jobs" / str(job.uuid)).iterdir()) == []
        address = reverse("core:job_file", args=[job.uuid, job.files.get().uuid])
        assert client.get(address).status_code == 404
        page = client.get(job.get_absolute_url()).content.decode()
        assert "Removed on" in page
        assert address not in page


class TestRights:
    def test_a_foreign_job_is_unknown(self, client, seller) -> None:
        job = done(make_user("seller"))
        addresses = [
            job.get_absolute_url(),
            reverse("core:job_file", args=[job.uuid, job.files.get().uuid]),
        ]
        assert [client.get(address).status_code for address in addresses] == [404, 404]
        for name in ("core:job_cancel", "core:job_resume"):
            assert client.post(reverse(name, args=[job.uuid])).status_code == 404
        assert "Export clients" not in client.get(reverse("core:job_list") + "?of=all").content.decode()

    def test_an_administrator_sees_everybodys(self, client) -> None:
        job = done(make_user("seller"))
        client.force_login(make_user("administrator"))
        for address in (job.get_absolute_url(), reverse("core:job_file", args=[job.uuid, job.files.get().uuid])):
            assert client.get(address).status_code == 200
        assert "Export clients" not in client.get(reverse("core:job_list")).content.decode()
        assert "Export clients" in client.get(reverse("core:job_list") + "?of=all").content.decode()

    def test_nobody_without_a_sign_in_and_nobody_without_a_role(self, client) -> None:
        job = done()
        assert client.get(job.get_absolute_url()).status_code == 302
        client.force_login(make_user())
        assert client.get(reverse("core:job_list")).status_code == 403


class TestList:
    @pytest.mark.parametrize("number", [3, 40])
    def test_statements_do_not_grow_with_the_rows(self, client, seller, number, django_assert_max_num_queries) -> None:
        Job.objects.bulk_create([Job(kind="test.work", title=f"Job {n}", by=seller) for n in range(number)])
        client.get(reverse("core:job_list"))
        with django_assert_max_num_queries(12):
            page = client.get(reverse("core:job_list"))
        assert page.content.decode().count("/jobs/0") >= number

    def test_by_state_and_page_by_page(self, client, seller, monkeypatch) -> None:
        monkeypatch.setattr("core.jobs.views.PAGE", 2)
        over = done(seller, title="Over")
        for number in range(3):
            ask(seller, title=f"Waiting {number}")
        address = reverse("core:job_list")
        assert "Over" in client.get(address + "?show=done").content.decode()
        first = client.get(address + "?show=open")
        assert over.title not in first.content.decode()
        second = client.get(address, {"show": "open", "after": first.context["page"].after})
        assert [job.title for job in second.context["page"].rows] == ["Waiting 0"]


class TestNotices:
    @pytest.mark.parametrize(("seconds", "told"), [(9, 0), (11, 1)])
    def test_the_bell_tells_of_work_that_took_longer_than_ten_seconds(self, seller, seconds, told) -> None:
        job = ask(seller)
        Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(seconds=seconds))
        turns.run(job.pk)
        turns.run(job.pk)
        assert Notice.objects.filter(user=seller, text="Finished: Export clients").count() == told

    def test_a_failure_is_told_as_one(self, seller) -> None:
        job = ask(seller, params={"refuse": True})
        Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(minutes=1))
        turns.run(job.pk)
        notice = Notice.objects.get(user=seller)
        assert (notice.text, notice.url) == ("Failed: Export clients", job.get_absolute_url())
