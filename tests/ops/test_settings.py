"""Settings keep what the design promises, and hold nothing that has to stay secret."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from celery import shared_task
from django.conf import settings
from django.core.checks import run_checks
from django.db import connection

from config import checks
from config.connections import broker, cache, database, limit
from config.lint import PRODUCTION
from core.planned import Cursor
from tests.ops.instances import ROOT, clean_environment

# Said to every connection, so that row triggers need not ask in vain.
NO_TRIGGER = "-c pgtrigger.ignore={}"

WEAKER = [
    ("CELERY_TASK_ACKS_LATE", False, "E001"),
    ("CELERY_TASK_REJECT_ON_WORKER_LOST", False, "E001"),
    ("CELERY_WORKER_PREFETCH_MULTIPLIER", 4, "E001"),
    ("CELERY_TASK_SOFT_TIME_LIMIT", None, "E002"),
    ("CELERY_TASK_TIME_LIMIT", 840, "E002"),
    ("CELERY_BROKER_TRANSPORT_OPTIONS", {"visibility_timeout": 1799, "unacked_restore_throttle": 1}, "E003"),
    ("CELERY_BROKER_TRANSPORT_OPTIONS", {"visibility_timeout": 1800}, "E004"),
    ("CELERY_ACCEPT_CONTENT", ["json", "pickle"], "E005"),
    ("CELERY_TASK_SERIALIZER", "pickle", "E005"),
]


def found() -> set[str]:
    return {message.id for message in run_checks() if message.id.startswith("hypercrm.")}


def test_the_settings_pass_their_checks():
    assert found() == set()


@pytest.mark.parametrize(("name", "value", "code"), WEAKER)
def test_settings_that_could_lose_a_task_are_refused(settings, name, value, code):
    setattr(settings, name, value)
    assert f"hypercrm.{code}" in found()


def test_a_task_longer_than_the_limit_for_all_is_refused():
    from config.celery import app

    @shared_task(name="tests.too_long", time_limit=901)
    def too_long() -> None: ...

    app.tasks["tests.too_long"]
    try:
        (message,) = checks.every_task_has_time_limits()
        assert "tests.too_long may run 901 s" in message.msg
    finally:
        app.tasks.unregister("tests.too_long")


def test_every_scheduled_task_exists():
    from config.celery import app

    checks.every_task_has_time_limits()  # imports all tasks
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)


def manage(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=clean_environment(**env), capture_output=True, text=True, timeout=60)


@pytest.mark.slow
def test_production_passes_the_check_for_deployment():
    done = manage("check", "--deploy", "--fail-level=WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "EMAIL_URL", "DEFAULT_FROM_EMAIL"])
def test_production_takes_no_default_for_what_only_the_place_knows(name):
    done = manage("check", **{key: value for key, value in PRODUCTION.items() if key != name})
    assert done.returncode != 0
    assert f"Set the {name} environment variable" in done.stderr


@pytest.mark.slow
def test_production_knows_no_samples_and_only_safe_cookies():
    ask = "from django.conf import settings as s; print('samples' in s.INSTALLED_APPS, s.DEBUG, s.SESSION_COOKIE_NAME, \
s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_NAME, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS >= 31536000)"
    code = f"import django; django.setup(); {ask}"
    env = clean_environment(**PRODUCTION)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["False", "False", "__Host-session", "True", "__Host-csrf", "True", "True"]


@pytest.mark.slow
def test_only_the_web_process_gets_time_limits_in_the_database():
    show = "from django.conf import settings; print(settings.DATABASES['default']['OPTIONS']['options'])"
    forked = "import os; from types import SimpleNamespace; from config import webserver; \
webserver.post_fork(None, SimpleNamespace(ppid=os.getppid()))"

    def options(code: str) -> str:
        code = f"import django; django.setup(); {code}; {show}"
        env = clean_environment(DJANGO_SETTINGS_MODULE="config.settings.dev")
        return subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True
        ).stdout.strip()

    assert options(forked) == f"{NO_TRIGGER} -c lock_timeout=5000 -c statement_timeout=30000"
    assert options("import config.wsgi, config.celery") == NO_TRIGGER


def test_no_secret_stands_in_the_repository():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [ROOT / name for name in listed.split("\0") if name.endswith((".py", ".yml", ".toml", ".json", ".html"))]
    assigned = re.compile(r"""(?i)(?:secret_key|password|api_key|dsn)\s*[:=]\s*["'][A-Za-z0-9+/_-]{24,}["']""")
    small = [path for path in files if path.exists() and path.stat().st_size < 500_000]
    assert [str(path) for path in small if assigned.search(path.read_text())] == []
    assert not any(name == ".env" or name.endswith("/.env") for name in listed.split("\0"))


@pytest.mark.parametrize(
    ("url", "queue", "stored"),
    [
        (
            "unix:///tmp/a/valkey.sock",
            "redis+socket:///tmp/a/valkey.sock?virtual_host=0",
            "unix:///tmp/a/valkey.sock?db=1",
        ),
        ("redis://:word@queue:6379", "redis://:word@queue:6379/0", "redis://:word@queue:6379/1"),
    ],
)
def test_one_address_serves_queue_and_cache_apart(url, queue, stored):
    assert (broker(url), cache(url)) == (queue, stored)


def test_a_database_is_reached_by_socket_or_by_name():
    by_socket = database("postgres://postgres@/crm?host=/tmp/run")
    assert (by_socket["HOST"], by_socket["NAME"]) == ("/tmp/run", "crm")  # noqa: S108
    assert by_socket["OPTIONS"] == {"options": NO_TRIGGER, "cursor_factory": Cursor}
    by_name = database("postgres://crm:word@database:5432/crm", planned=False)
    limit(by_name, lock_timeout_ms=5, statement_timeout_ms=6)
    assert (by_name["HOST"], by_name["PORT"], by_name["USER"]) == ("database", 5432, "crm")
    assert by_name["OPTIONS"] == {"options": f"{NO_TRIGGER} -c lock_timeout=5 -c statement_timeout=6"}


@pytest.mark.django_db
def test_tests_have_a_database_of_their_own():
    assert connection.settings_dict["NAME"].startswith("test_")
