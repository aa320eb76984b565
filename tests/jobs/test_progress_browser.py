"""In a real browser: progress comes by itself, stops when the work is over, and the bell follows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.jobs import running
from core.jobs.choices import JobState
from core.jobs.running import runs
from core.jobs.services import start_job
from core.models import Job, Notice
from tests.factories.core import make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def user(client, live_server, context, settings):
    found = make_user("seller", time_zone="Europe/Berlin", first_name="Marta", last_name="Lindqvist")
    client.force_login(found)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
    return found


@pytest.fixture
def job(user, monkeypatch) -> Job:
    monkeypatch.setattr(running, "_runners", {})
    monkeypatch.setattr("core.jobs.turns.wake", lambda job_id: None)
    runs("test.work")(lambda job: None)
    asked = start_job(kind="test.work", params={}, by=user, title="Import clients from Kunden.csv", total=1200)
    write(asked, state=JobState.RUNNING, done=300, note="Reading rows")
    return asked


def write(job: Job, **fields) -> None:
    if fields.get("state") == JobState.RUNNING:
        fields |= {"started_at": timezone.now(), "lease_until": timezone.now() + timedelta(minutes=2)}
    Job.objects.filter(pk=job.pk).update(**fields)


def test_progress_comes_by_itself_until_the_work_is_over(live_server, quiet_page: Page, job: Job) -> None:
    page = quiet_page
    page.goto(f"{live_server.url}{job.get_absolute_url()}")
    panel = page.locator("#job-panel")
    expect(panel).to_contain_text("300 of 1,200")
    page.locator("#job-cancel").focus()
    write(job, done=900, note="Writing")
    expect(panel).to_contain_text("900 of 1,200", timeout=8000)
    expect(page.locator("#job-cancel")).to_be_focused()
    write(
        job, state=JobState.DONE, finished_at=timezone.now(), lease_until=None, summary={"Changed": 1200}, url="/jobs/"
    )
    expect(panel).to_contain_text("Look at the result", timeout=8000)
    assert page.locator("[data-live='2']").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_hidden_tab_asks_for_nothing(live_server, quiet_page: Page, job: Job) -> None:
    page = quiet_page
    page.add_init_script("Object.defineProperty(document, 'hidden', {get: () => window.away === true})")
    asked: list[str] = []
    page.goto(f"{live_server.url}{job.get_absolute_url()}")
    page.evaluate("window.away = true")
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(3500)
    assert asked == []
    with page.expect_request("**/jobs/**", timeout=8000):
        page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")


def test_a_notice_is_marked_as_read_in_its_place(live_server, quiet_page: Page, user) -> None:
    page = quiet_page
    for number in range(2):
        Notice.objects.create(user=user, kind="core.mention", key=str(number), text=f"Ann mentions you {number}")
    page.goto(f"{live_server.url}/notices/")
    expect(page.locator("#bell")).to_have_attribute("aria-label", "Notifications, 2 unread")
    page.get_by_role("button", name="Mark as read: Ann mentions you 1").click()
    expect(page.locator(".notices .unread")).to_have_count(1)
    assert Notice.objects.filter(read_at=None).count() == 1
