"""The component page: every part in every state, in light and dark, at three widths; and how the parts behave."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.factories.core import make_user
from tests.ui.browsing import WIDTHS, assert_usable, looks, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PAGES = ("/components/", "/components/kiosk/", "/help/")


@pytest.fixture
def signed_in(quiet_page: Page, live_server) -> Page:
    sign_in(quiet_page, live_server.url, make_user(first_name="Marta", last_name="Lindqvist"))
    return quiet_page


@pytest.fixture
def components(signed_in: Page, live_server) -> Page:
    signed_in.clock.install()
    signed_in.goto(f"{live_server.url}/components/")
    return signed_in


@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_use_every_part(signed_in: Page, live_server, path, tmp_path: Path):
    for theme, width in looks(signed_in, live_server.url + path, WIDTHS):
        assert_usable(signed_in, width)
        picture = signed_in.screenshot(full_page=True, path=tmp_path / "page.png")
        assert len(picture) > 20_000, "an empty page"
        ground = signed_in.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (ground == "rgb(246, 245, 242)") is (theme == "light"), ground


def test_nothing_said_in_a_button_is_cut_off(components: Page):
    cut = components.evaluate(
        """[...document.querySelectorAll('main .btn, main .tag, main .fchip')]
             .filter((part) => part.offsetParent && part.scrollWidth > part.clientWidth + 1)
             .map((part) => part.textContent)"""
    )
    assert cut == []


def test_a_fixed_theme_holds_against_the_system_and_at_once(signed_in: Page, live_server):
    signed_in.emulate_media(color_scheme="light")
    signed_in.goto(f"{live_server.url}/help/")
    signed_in.get_by_label("Account: Marta Lindqvist").click()
    with signed_in.expect_response("**/theme/"):
        signed_in.get_by_role("button", name="Dark").click()
    expect(signed_in.locator("html")).to_have_attribute("data-bs-theme", "dark")
    signed_in.reload()
    expect(signed_in.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_a_menu_closes_by_escape_and_gives_the_focus_back(components: Page):
    opener = components.locator("summary", has_text="A menu")
    opener.click()
    expect(components.get_by_role("button", name="Follow")).to_be_visible()
    components.keyboard.press("Tab")
    components.keyboard.press("Escape")
    expect(components.get_by_role("button", name="Follow")).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_confirmed_form_is_sent_and_a_declined_one_is_not(components: Page):
    ask = components.get_by_role("button", name="Post the invoice")
    ask.click()
    components.get_by_role("button", name="Keep as draft").click()
    expect(ask).to_be_focused()
    assert "posted" not in components.url
    ask.click()
    components.get_by_role("button", name="Post invoice", exact=True).click()
    components.wait_for_url("**/components/?posted=yes")


def test_toasts_leave_after_six_seconds_errors_stay_and_three_are_the_most(components: Page):
    components.evaluate("window.toasts.show('Saved', { level: 'ok' })")
    expect(components.get_by_role("status")).to_have_text("Saved")
    components.clock.fast_forward(6100)
    expect(components.get_by_role("status")).to_have_count(0)
    components.evaluate("window.toasts.show('Not saved', { level: 'bad' })")
    components.clock.fast_forward(60_000)
    expect(components.get_by_role("alert")).to_contain_text("Not saved")
    for number in range(4):
        components.evaluate(f"window.toasts.show('Note {number}')")
    expect(components.locator("#toasts [data-toast]")).to_have_count(3)
    expect(components.get_by_role("alert")).to_have_count(1)
    components.get_by_role("alert").get_by_role("button", name="Close").click()
    expect(components.get_by_role("alert")).to_have_count(0)


def test_a_toast_waits_under_the_pointer(components: Page):
    components.evaluate("window.toasts.show('Saved', { level: 'ok' })")
    toast = components.get_by_role("status")
    toast.hover()
    components.clock.fast_forward(20_000)
    expect(toast).to_be_visible()
    components.mouse.move(5, 5)
    components.clock.run_for(50)
    components.clock.fast_forward(6100)
    expect(toast).to_have_count(0)


def test_keys_work_are_silent_while_typing_and_can_be_switched_off(components: Page):
    components.keyboard.press("?")
    dialog = components.get_by_role("dialog", name="Keyboard")
    expect(dialog).to_be_visible()
    components.keyboard.press("Escape")
    components.keyboard.press("/")
    find = components.get_by_label("Search in this view")
    expect(find).to_be_focused()
    components.keyboard.press("?")
    expect(dialog).to_be_hidden()
    find.blur()
    components.keyboard.press("j")
    components.keyboard.press("j")
    expect(components.get_by_role("link", name="Elisabeth Fröhlich-Wojciechowska")).to_be_focused()
    components.keyboard.press("x")
    expect(components.get_by_label("Select Elisabeth")).to_be_checked()
    components.keyboard.press("?")
    dialog.get_by_label("Use these keys in this browser").uncheck()
    components.keyboard.press("Escape")
    components.keyboard.press("?")
    expect(dialog).to_be_hidden()


def test_two_keys_open_a_page(components: Page, live_server):
    components.keyboard.press("g")
    components.keyboard.press("h")
    expect(components).to_have_url(f"{live_server.url}/")


def test_the_page_is_for_builders_only(settings):
    from importlib import reload

    from django.urls import NoReverseMatch, clear_url_caches, reverse

    from config import urls

    settings.COMPONENT_PAGE = False
    try:
        reload(urls)
        clear_url_caches()
        with pytest.raises(NoReverseMatch):
            reverse("components:all")
    finally:
        settings.COMPONENT_PAGE = True
        reload(urls)
        clear_url_caches()
