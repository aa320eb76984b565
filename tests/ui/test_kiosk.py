"""Kiosk pages: every press counts once, whatever the line does; a refusal is said; nothing is lost on the device."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from core.components.kiosk import SampleKiosk
from core.ui.kiosk import KioskButton
from tests.factories.core import make_user
from tests.ui.browsing import sign_in

KIOSK = "/components/kiosk/"
PART = {"HX-Request": "true"}


@pytest.fixture
def operator(client):
    cache.clear()
    user = make_user("operator", first_name="Rustam")
    client.force_login(user)
    return user


def press(client, do="finish", *, key="k1", task="1", quantity="22", **more):
    return client.post(KIOSK, {"do": do, "key": key, "task": task, "quantity": quantity, **more}, headers=PART)


def counted(user) -> list:
    return cache.get(f"sample-kiosk-{user.pk}", [])


@pytest.mark.django_db
class TestServer:
    def test_the_same_press_counts_once_and_answers_alike(self, client, operator):
        first, second = press(client), press(client)
        assert first.status_code == second.status_code == 200
        assert "Counted: 22 good pieces." in second.content.decode()
        assert counted(operator) == [(1, "22")]

    def test_the_answer_brings_the_next_task(self, client, operator):
        page = press(client).content.decode()
        assert "Carcass edges" in page
        assert "1 of 3" in page

    def test_a_refusal_is_final_and_says_why(self, client, operator):
        answer = press(client, "scan", scan="Z-99")
        assert answer.status_code == 409
        assert "Z-99 is not the place of this work." in answer.content.decode()
        assert press(client, "scan", key="k1", scan="B-04-2").status_code == 200, "a refused key is free again"

    def test_a_key_used_for_something_else_is_refused(self, client, operator):
        press(client)
        assert press(client, quantity="99").status_code == 422
        assert counted(operator) == [(1, "22")]

    def test_what_was_pressed_long_ago_is_not_counted_by_itself(self, client, operator):
        old = (timezone.now() - timedelta(days=3)).isoformat()
        assert press(client, at=old).status_code == 422
        assert counted(operator) == []

    @pytest.mark.parametrize("wrong", [{"do": "explode"}, {"key": ""}, {"key": "k" * 65}])
    def test_a_press_that_no_page_of_ours_sends_does_nothing(self, client, operator, wrong):
        assert press(client, **wrong).status_code == 422
        assert counted(operator) == []

    def test_without_scripts_a_press_is_a_plain_form(self, client, operator):
        key = client.get(KIOSK).context["key"]
        answer = client.post(KIOSK, {"do": "finish", "key": str(key), "task": "1", "quantity": "20"})
        assert answer.status_code == 302
        assert "Counted: 20 good pieces." in client.get(KIOSK).content.decode()

    def test_the_keys_of_two_people_do_not_meet(self, client, operator):
        press(client)
        other = make_user("operator")
        client.force_login(other)
        press(client, quantity="5")
        assert counted(other) == [(1, "5")]

    def test_four_buttons_are_one_too_many(self):
        class Crowded(SampleKiosk):
            buttons = (KioskButton("a", "A", "check"),) * 4

        with pytest.raises(ImproperlyConfigured):
            Crowded.as_view()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
class TestDevice:
    @pytest.fixture(autouse=True)
    def place(self, page: Page, live_server):
        cache.clear()
        self.user = make_user("operator")
        sign_in(page, live_server.url, self.user)
        page.set_viewport_size({"width": 1024, "height": 768})
        page.goto(f"{live_server.url}{KIOSK}")

    def test_it_fits_a_tablet_without_scrolling(self, page: Page):
        assert page.evaluate("document.documentElement.scrollHeight") <= 768
        heights = page.locator(".kfoot .btn").evaluate_all("all => all.map((one) => one.offsetHeight)")
        assert len(heights) == 3
        assert min(heights) >= 64

    def test_a_scan_is_sent_by_enter_and_the_field_is_ready_for_the_next(self, page: Page):
        page.get_by_label("Scan a place").fill("B-04-2")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").filter(has_text="Right place.")).to_be_visible()
        expect(page.get_by_label("Scan a place")).to_be_focused()
        page.keyboard.type("Z-99")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Z-99 is not the place")
        page.get_by_role("alert").click()
        expect(page.locator("[data-said]")).to_be_hidden()

    def test_what_is_done_without_a_line_waits_and_is_sent_once(self, page: Page):
        page.context.set_offline(True)
        page.get_by_role("button", name="One less").click()
        page.get_by_role("button", name="Finish job").click()
        expect(page.locator("[data-task]")).to_contain_text("Carcass edges")
        page.get_by_role("button", name="Finish job").click()
        expect(page.locator("[data-waits]")).to_contain_text("2 actions wait to be sent")
        assert counted(self.user) == []
        page.context.set_offline(False)
        expect(page.locator("[data-waits]")).to_be_hidden(timeout=8000)
        expect(page.locator("[data-task]")).to_contain_text("Drawer fronts")
        assert counted(self.user) == [(1, "21"), (2, "14")]

    def test_an_answer_lost_on_the_way_does_not_count_twice(self, page: Page):
        lost = []

        def lose_the_first(route: Route) -> None:
            if route.request.method == "POST" and not lost:
                lost.append(route.fetch())
                route.abort()
            else:
                route.continue_()

        page.route("**/kiosk/", lose_the_first)
        page.get_by_role("button", name="Finish job").click()
        expect(page.locator("[data-waits]")).to_contain_text("1 action waits to be sent")
        page.reload()
        expect(page.locator("[data-waits]")).to_be_hidden()
        expect(page.get_by_text("1 of 3")).to_be_visible()
        assert counted(self.user) == [(1, "22")]
