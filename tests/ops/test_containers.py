"""The compose file of production: every part is there, watched, and holds no secret of its own."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.ops.instances import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
ENDS = {"migrate"}  # runs once
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD", "EMAIL_URL", "SENTRY_DSN")


def test_every_part_is_there():
    assert set(SERVICES) == {"migrate", "app", "database", "queue", "proxy"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ENDS))
def test_every_service_is_watched_and_started_again(name):
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_only_the_proxy_has_a_door_to_the_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert "reverse_proxy app:8000" in (ROOT / "config" / "deploy" / "Caddyfile").read_text()


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_secrets_come_from_the_environment(name):
    for key, value in SERVICES[name].get("environment", {}).items():
        if key in SECRETS:
            assert re.fullmatch(r"\$\{\w+:[?-].*\}", value), key


def test_data_lies_in_named_volumes():
    named = set(COMPOSE["volumes"])
    used = {mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])}
    assert {mount for mount in used if not mount.startswith("./")} == named


def test_containers_run_what_make_run_runs():
    from config.devstack import running

    assert running.HOST == "127.0.0.1"
    assert running.APPLICATION[1:] == ("-m", "config.application")
    assert 'CMD ["python", "-m", "config.application"]' in (ROOT / "Dockerfile").read_text()
    assert "command" not in SERVICES["app"]


def test_the_image_does_not_run_as_root_and_leaves_samples_and_tests_out():
    assert re.search(r"^USER crm$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert {"samples", "tests", ".env", ".git"} <= set((ROOT / ".dockerignore").read_text().split())
