import pytest
from django.db import OperationalError

from config import health


def test_living_needs_no_server(client):
    assert client.get("/health/live/").json() == {"status": "ok"}


@pytest.mark.django_db
def test_ready_when_the_database_answers(client):
    answer = client.get("/health/ready/")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "queue": "ok"})
    assert "no-store" in answer["Cache-Control"]


def down() -> None:
    raise OperationalError("gone")


@pytest.mark.django_db
@pytest.mark.parametrize(("part", "status"), [("database", 503), ("queue", 200)])
def test_a_missing_server_is_named_and_only_the_database_is_vital(client, monkeypatch, part, status):
    monkeypatch.setattr(health, f"ask_{part}", down)
    answer = client.get("/health/ready/")
    assert answer.status_code == status
    assert answer.json()[part] == "down"
