"""What every page says to the browser, and what our templates never hold."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from config.npmfinder import SERVED
from core.models import User

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
PUBLIC = ["/accounts/login/", "/accounts/password/reset/", "/health/live/", "/no/such/page/"]


def policy(answer) -> dict[str, list[str]]:
    parts = (part.split() for part in answer["Content-Security-Policy"].split(";"))
    return {name: values for name, *values in parts}


@pytest.mark.django_db
@pytest.mark.parametrize("path", PUBLIC)
def test_scripts_come_from_us_alone(client, path):
    answer = client.get(path)
    found = policy(answer)
    assert found["script-src"] == ["'self'"]
    assert found["default-src"] == found["form-action"] == ["'self'"]
    assert found["object-src"] == found["base-uri"] == found["frame-ancestors"] == ["'none'"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db
def test_pages_after_signing_in_are_as_strict(client):
    client.force_login(User.objects.create_superuser("root@alderline.example"))
    for path in ("/", "/admin/", "/accounts/2fa/"):
        answer = client.get(path)
        assert policy(answer)["script-src"] == ["'self'"]
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_templates_hold_no_inline_script_or_style(template):
    text = template.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", text)
    assert not re.search(r"\son[a-z]+=|\sstyle=|<style|javascript:|https?://", text)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/login/", "/"])
def test_whatever_a_page_loads_is_there_and_ours(client, path):
    client.force_login(User.objects.create_superuser("root@alderline.example"))
    page = (Client() if "login" in path else client).get(path).content.decode()
    loaded = re.findall(r'(?:src|href)="([^"]+\.(?:js|css|svg))"', page)
    assert len(loaded) > 5
    for address in loaded:
        assert address.startswith("/static/")
        assert finders.find(unquote(address).removeprefix("/static/")), address


def test_only_listed_files_of_the_packages_are_served():
    assert finders.find("vendor/htmx.org/dist/htmx.min.js")
    for path in (
        "vendor/htmx.org/package.json",
        "vendor/htmx.org/dist/../package.json",
        "vendor/echarts/dist/echarts.js",
    ):
        assert finders.find(path) is None
    installed = {str(path.relative_to(settings.NODE_MODULES)) for path in settings.NODE_MODULES.glob("*/package.json")}
    assert {f"{name}/package.json" for name in SERVED if "/" not in name} <= installed


@pytest.mark.django_db
def test_an_error_page_is_ours(client):
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()
