"""What every page says to the browser, found by walking the addresses; and what nobody talks a page into."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from tests.access.conftest import browser_of
from tests.authz import routes
from tests.factories import core as make

pytestmark = pytest.mark.django_db

PAGES = [route for route in routes.pages() if "<" not in route.pattern and "GET" in route.methods]
EVIL = ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:evil.example")
# Scripts inside a page may only be data.
INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.I)
ATTRIBUTES = re.compile(r"<[^>]+\s(?:on[a-z]+|style)=", re.I)


def policy_of(answer) -> dict[str, list[str]]:
    parts = (part.split() for part in answer["Content-Security-Policy"].split(";") if part.strip())
    return {name: values for name, *values in parts}


@pytest.fixture(scope="module")
def root(django_db_setup, django_db_blocker):
    """One all-powerful person for all pages of this module."""
    with django_db_blocker.unblock():
        user = make.make_user(is_superuser=True, is_staff=True)
        yield user
        user.delete()


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.name)
def test_each_page_is_strict_and_personal(route, root):
    answer = browser_of(root).get(f"/{route.pattern.lstrip('/')}" if route.name[0] == "/" else reverse(route.name))
    assert answer.status_code < 500
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Permissions-Policy"] == settings.PERMISSIONS_POLICY
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Referrer-Policy"] == "same-origin"
    found = policy_of(answer)
    assert "sandbox" in found or found["frame-ancestors"] == ["'none'"]
    assert "'unsafe-inline'" not in found.get("script-src", [])
    assert "'unsafe-eval'" not in found.get("script-src", [])
    assert found.get("object-src", ["'none'"]) == found.get("base-uri", ["'none'"]) == ["'none'"]
    assert "no-store" in answer.get("Cache-Control", "") or not route.name.startswith(("core:", "crm:", "home"))
    if answer["Content-Type"].startswith("text/html") and not answer.streaming:
        page = answer.content.decode()
        assert not INLINE.search(page), INLINE.search(page)
        assert not ATTRIBUTES.search(page), ATTRIBUTES.search(page)


@pytest.mark.parametrize("target", EVIL)
def test_signing_in_and_out_lead_nowhere_else(target):
    user = make.make_user(password="correct-horse-battery")
    form = {"login": user.email, "password": "correct-horse-battery", "next": target}
    browser = Client()
    assert browser.post(reverse("account_login"), form).url == reverse("home")
    assert browser.post(reverse("account_logout"), {"next": target}).url == reverse("account_login")


@pytest.mark.parametrize("target", EVIL)
@pytest.mark.parametrize("name", ["core:theme", "core:language", "core:scope", "core:second_factor"])
def test_pages_that_go_back_go_back_to_us(name, target, settings):
    browser = browser_of(make.make_user("seller"))
    method = browser.get if name == "core:second_factor" else browser.post
    answer = method(reverse(name), {"next": target, "theme": "dark", "scope": ""})
    assert "evil" not in answer.get("Location", "/")
    assert "javascript" not in answer.get("Location", "/")


@pytest.mark.parametrize("target", EVIL)
def test_after_being_asked_again_one_goes_on_at_home(target):
    user = make.make_user("administrator", password="correct-horse-battery")
    answer = browser_of(user).post(
        reverse("account_reauthenticate"), {"password": "correct-horse-battery", "next": target}
    )
    assert answer.status_code == 302
    assert "evil" not in answer.url
    assert "javascript" not in answer.url


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver@evil.example", "127.0.0.1:1@e"]
)
def test_a_foreign_host_name_is_refused(host, client):
    assert client.get(reverse("account_login"), HTTP_HOST=host).status_code == 400


def test_a_forwarded_host_is_not_believed(client):
    page = client.get(reverse("account_login"), HTTP_X_FORWARDED_HOST="evil.example").content.decode()
    assert "evil.example" not in page


def test_a_form_from_another_site_is_refused():
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make.make_user(), backend="core.backends.SignIn")
    assert browser.post(reverse("core:session_end_others")).status_code == 403


@override_settings(SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True)
def test_cookies_are_out_of_reach_for_scripts_and_other_sites():
    user = make.make_user(password="correct-horse-battery")
    browser = Client()
    form = {"login": user.email, "password": "correct-horse-battery"}
    answer = browser.post(reverse("account_login"), form, secure=True)
    browser.get(reverse("home"), secure=True)
    session = answer.cookies[settings.SESSION_COOKIE_NAME]
    for cookie in (session, browser.cookies[settings.CSRF_COOKIE_NAME]):
        assert cookie["httponly"]
        assert cookie["secure"]
        assert cookie["samesite"] == "Lax"
        assert not cookie["domain"]
        assert cookie["path"] == "/"


def test_production_names_cookies_so_that_no_other_host_sets_them():
    text = (settings.BASE_DIR / "config" / "settings" / "production.py").read_text()
    assert 'SESSION_COOKIE_NAME = "__Host-session"' in text
    assert 'CSRF_COOKIE_NAME = "__Host-csrf"' in text
