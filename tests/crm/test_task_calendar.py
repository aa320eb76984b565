"""The calendar of one's own tasks: what it lists, what a move does, what a closed task refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.actors import SYSTEM
from core.errors import NotAllowed, StaleVersion
from crm.errors import TaskClosed
from crm.models import Task
from crm.services.tasks import cancel_task, finish_task, reschedule_task
from tests.factories.core import make_user
from tests.factories.crm import make_task
from tests.ui.browsing import WIDTHS, assert_usable, looks, sign_in

CALENDAR = "/crm/tasks/calendar/"
JSON = {"Accept": "application/json"}
DUE = datetime(2026, 11, 20, 14, tzinfo=UTC)


@pytest.fixture
def seller(client):
    user = make_user("seller", first_name="Marta")
    client.force_login(user)
    return user


def task_of(user, **fields) -> Task:
    fields.setdefault("due_at", DUE)
    return make_task(assignee_id=user.pk, **fields)


@pytest.mark.django_db
class TestReschedule:
    def test_the_same_moment_changes_nothing(self):
        task = make_task(due_at=DUE)
        assert reschedule_task(task_id=task.pk, due_at=DUE, by=SYSTEM).version == task.version
        assert reschedule_task(task_id=task.pk, due_at=None, by=SYSTEM).due_at is None

    def test_closed_work_keeps_its_day(self):
        task = make_task(due_at=DUE)
        finish_task(task_id=task.pk, at=DUE, by=SYSTEM)
        with pytest.raises(TaskClosed):
            reschedule_task(task_id=task.pk, due_at=DUE + timedelta(days=1), by=SYSTEM)

    def test_an_old_version_and_a_stranger_are_refused(self):
        task = make_task(due_at=DUE)
        reschedule_task(task_id=task.pk, due_at=DUE + timedelta(days=1), version=task.version, by=SYSTEM)
        with pytest.raises(StaleVersion):
            reschedule_task(task_id=task.pk, due_at=DUE, version=task.version, by=SYSTEM)
        with pytest.raises(NotAllowed):
            reschedule_task(task_id=task.pk, due_at=DUE, by=make_user("seller"))


@pytest.mark.django_db
class TestScreen:
    def test_it_lists_the_months_own_tasks_by_day(self, client, seller):
        task_of(seller, title="Call Vela Optics")
        task_of(seller, title="Next month", due_at=DUE + timedelta(days=30))
        task_of(make_user("seller"), title="Somebody else's")
        gone = task_of(seller, title="Given up")
        cancel_task(task_id=gone.pk, by=SYSTEM)
        page = client.get(CALENDAR, {"month": "2026-11"}).content.decode()
        assert "Call Vela Optics" in page
        assert not any(title in page for title in ("Next month", "Somebody else", "Given up"))

    def test_the_events_of_a_span_come_as_json(self, client, seller):
        task = task_of(seller, title="Call")
        found = client.get(CALENDAR, {"start": "2026-11-01T00:00:00+00:00", "end": "2026-12-01T00:00:00+00:00"}).json()
        assert [(event["id"], event["title"]) for event in found] == [(str(task.pk), "Call")]
        assert found[0]["extendedProps"] == {"version": task.version}

    @pytest.mark.parametrize("span", [("x", "y"), ("2026-12-01", "2026-11-01"), ("2020-01-01", "2026-01-01")])
    def test_a_span_that_is_none_is_refused(self, client, seller, span):
        assert client.get(CALENDAR, {"start": span[0], "end": span[1]}).status_code == 422

    @pytest.mark.parametrize("month", ["2026-13", "x", "0000-01", ""])
    def test_a_month_that_is_none_shows_the_present_one(self, client, seller, month):
        assert client.get(CALENDAR, {"month": month}).context["month"] == timezone.localdate().replace(day=1)

    def test_a_moved_task_answers_with_its_new_version(self, client, seller):
        task = task_of(seller)
        data = {"event": task.pk, "version": task.version, "start": "2026-11-24T09:00:00.000Z"}
        answer = client.post(CALENDAR, data, headers=JSON)
        assert answer.json()["event"]["extendedProps"]["version"] == task.version + 1
        task.refresh_from_db()
        assert task.due_at == datetime(2026, 11, 24, 9, tzinfo=UTC)
        assert client.post(CALENDAR, data, headers=JSON).status_code == 409

    def test_the_plain_form_keeps_the_time_of_day(self, client, seller):
        task = task_of(seller)
        answer = client.post(CALENDAR, {"event": task.pk, "version": task.version, "start": "2026-11-24"})
        assert answer.status_code == 302
        task.refresh_from_db()
        assert task.due_at == datetime(2026, 11, 24, 14, tzinfo=UTC)

    def test_nonsense_and_the_tasks_of_others_change_nothing(self, client, seller):
        task = task_of(seller)
        foreign = task_of(make_user("seller"))
        assert client.post(CALENDAR, {"event": task.pk, "start": "soon"}, headers=JSON).status_code == 422
        assert client.post(CALENDAR, {"event": foreign.pk, "start": "2026-11-24"}, headers=JSON).status_code == 404
        assert set(Task.objects.values_list("due_at", flat=True)) == {DUE}

    @pytest.mark.parametrize("tasks", [10, 150])
    def test_it_costs_the_same_however_full_it_is(self, client, seller, tasks, django_assert_max_num_queries):
        Task.objects.bulk_create([Task(title=f"Task {n}", assignee=seller, due_at=DUE) for n in range(tasks)])
        client.get(CALENDAR)
        with django_assert_max_num_queries(12):
            client.get(CALENDAR, {"month": "2026-11"})


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
class TestInTheBrowser:
    @pytest.fixture(autouse=True)
    def work(self, quiet_page: Page, live_server):
        self.user = make_user("seller", first_name="Marta")
        self.noon = timezone.now().replace(day=10, hour=12, minute=0, second=0, microsecond=0)
        self.task = task_of(self.user, title="Call Vela Optics", due_at=self.noon)
        sign_in(quiet_page, live_server.url, self.user)
        self.address = f"{live_server.url}{CALENDAR}"

    def test_a_task_is_dragged_to_another_day_and_taken_back(self, quiet_page: Page):
        quiet_page.set_viewport_size({"width": 1440, "height": 1000})
        quiet_page.goto(self.address)
        event = quiet_page.locator("#calendar").get_by_text("Call Vela Optics")
        start = event.bounding_box()
        target = quiet_page.locator(f'#calendar [data-date="{self.noon + timedelta(days=7):%Y-%m-%d}"]').bounding_box()
        assert start and target
        quiet_page.mouse.move(start["x"] + 10, start["y"] + 5)
        quiet_page.mouse.down()
        quiet_page.mouse.move(start["x"] + 20, start["y"] + 15, steps=4)
        quiet_page.mouse.move(target["x"] + 60, target["y"] + 50, steps=10)
        quiet_page.mouse.up()
        expect(quiet_page.get_by_role("status")).to_contain_text("was moved")
        self.task.refresh_from_db()
        assert self.task.due_at == self.noon + timedelta(days=7)
        quiet_page.get_by_role("button", name="Undo").click()
        expect(quiet_page.get_by_role("status")).to_have_count(0)
        quiet_page.wait_for_timeout(300)
        self.task.refresh_from_db()
        assert self.task.due_at == self.noon

    def test_everybody_can_use_it(self, quiet_page: Page):
        for _theme, width in looks(quiet_page, self.address, WIDTHS):
            expect(quiet_page.locator("#calendar").get_by_text("Call Vela Optics").first).to_be_attached()
            assert_usable(quiet_page, width)
