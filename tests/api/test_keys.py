"""Keys: who may have one, what it opens, and that it opens nothing once it is over."""

from __future__ import annotations

import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from core.api import scopes, throttling
from core.api.services.tokens import hash_of, make_token, revoke_token
from core.errors import InvalidValue, NotAllowed
from core.models import ApiToken
from core.policy import forget_rights
from tests.api.client import Caller, make_key
from tests.factories.core import give_role, make_user
from tests.factories.crm import make_client, make_lead

pytestmark = pytest.mark.django_db


def history_of(record: Any) -> Any:
    return record.events


def test_a_key_is_stored_as_a_hash_and_shown_once() -> None:
    new = make_key(make_user("director"), "clients:read")
    stored = ApiToken.objects.get()
    assert stored.token_hash == hash_of(new.secret) and new.secret.startswith(stored.prefix)
    kept = [str(value) for value in ApiToken.objects.values_list().get()]
    assert not any(new.secret in value for value in kept)
    assert not hasattr(history_of(stored).first(), "token_hash"), "nor in the history"


def test_who_may_make_a_key() -> None:
    now = timezone.now()
    wish: dict[str, Any] = {
        "name": "Shop",
        "scopes": ["all"],
        "known_scopes": ["all"],
        "expires_at": now + timedelta(days=1),
        "at": now,
    }
    assert make_token(by=make_user("director"), **wish).token.user.role_assignments.exists()
    for role in ("seller", "storekeeper", "operator"):
        with pytest.raises(NotAllowed):
            make_token(by=make_user(role), **wish)
    director = make_user("director")
    changes: tuple[dict[str, Any], ...] = (
        {"name": " "}, {"scopes": []}, {"scopes": ["everything"]}, {"expires_at": now},
        {"expires_at": now + timedelta(days=400)},
    )  # fmt: skip
    for wrong in changes:
        with pytest.raises(InvalidValue):
            make_token(by=director, **{**wish, **wrong})


def test_keys_that_open_nothing_all_get_the_same_answer() -> None:
    expired, revoked, lost, gone = (Caller("director") for _ in range(4))
    ApiToken.objects.filter(pk=expired.new.token.pk).update(
        created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(seconds=1)
    )
    for _ in range(2):
        revoke_token(token_id=revoked.new.token.pk, at=timezone.now(), by=revoked.user)
    lost.user.role_assignments.all().delete()
    gone.user.is_active = False
    gone.user.save()
    answers = [caller.get("/clients/") for caller in (expired, revoked, lost, gone)]
    answers.append(Browser().get("/api/v1/clients/", headers={"Authorization": "Bearer hc_guessed"}))
    answers.append(Browser().get("/api/v1/clients/", headers={"Authorization": "Basic YTpi"}))
    answers.append(Browser().get("/api/v1/clients/"))
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert {answer["WWW-Authenticate"] for answer in answers} == {"Bearer"}
    assert {answer["Content-Type"] for answer in answers} == {"application/problem+json"}


def test_a_session_opens_nothing() -> None:
    browser = Browser()
    browser.force_login(make_user("administrator"))
    assert browser.get("/api/v1/clients/").status_code == 401


def test_only_its_user_and_administrators_withdraw_a_key() -> None:
    caller = Caller("director")
    with pytest.raises(NotAllowed):
        revoke_token(token_id=caller.new.token.pk, at=timezone.now(), by=make_user("marketer"))
    assert revoke_token(token_id=caller.new.token.pk, at=timezone.now(), by=make_user("administrator")).revoked_at


@pytest.mark.parametrize(
    ("held", "method", "status"),
    [
        (["all"], "GET", 200), (["all"], "POST", 201), (["read"], "GET", 200), (["read"], "POST", 403),
        (["clients:read"], "GET", 200), (["clients:read"], "POST", 403), (["clients:write"], "GET", 403),
        (["clients:write"], "POST", 201), (["leads:read", "leads:write"], "GET", 403), (["leads:submit"], "POST", 403),
    ],
)  # fmt: skip
def test_a_key_may_no_more_than_its_scopes(held: list[str], method: str, status: int) -> None:
    caller = Caller("head_of_sales", *held)
    answer = caller.send(method, "/clients/", {"name": "X"} if method == "POST" else None)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["type"] == "scope_missing" and "insufficient_scope" in answer["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("storekeeper", "/clients/", 403), ("storekeeper", "/balances/", 200), ("seller", "/moves/", 403),
        ("seller", "/cost-layers/", 403), ("accountant", "/payments/", 200), ("operator", "/deals/", 403),
        ("operator", "/work-orders/", 200), ("purchaser", "/invoices/", 200), ("marketer", "/bank-accounts/", 403),
    ],
)  # fmt: skip
def test_a_key_may_no_more_than_its_user(role: str, path: str, status: int) -> None:
    answer = Caller(role).get(path)
    assert (answer.status_code, answer.json().get("type")) == (status, "not_allowed" if status == 403 else None)


def test_rights_are_read_anew_with_every_call() -> None:
    caller = Caller("storekeeper")
    assert caller.get("/clients/").status_code == 403
    give_role(caller.user, "director")
    forget_rights(caller.user)
    assert caller.get("/clients/").status_code == 200


def test_a_key_for_web_forms_may_do_only_this() -> None:
    caller = Caller("marketer", "leads:submit")
    lead = make_lead()
    sent = caller.post("/leads/", {"name": "Ada", "payload": {"name": "Ada", "colour": "blue"}})
    assert sent.status_code == 201 and sent.json()["name"] == "Ada"
    assert not {"owner_id", "client_id", "person_id", "raw_payload"} & set(sent.json()), "a form learns nothing of us"
    assert caller.get("/leads/").status_code == caller.get(f"/leads/{lead.pk}/").status_code == 403
    assert caller.post("/clients/", {"name": "X"}).status_code == 403


def test_when_a_key_was_last_used_is_written_seldom() -> None:
    caller = Caller("director", "clients:read")
    caller.get("/clients/")
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    caller.get("/clients/")
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=11))
    caller.get("/clients/")
    assert (ApiToken.objects.get().last_used_at or first) > first


def test_scopes() -> None:
    assert scopes.covers(["all"], "x:write") and scopes.covers(["read"], "x:read")
    assert not scopes.covers(["read"], "x:write") and not scopes.covers(["x:write"], "x:read")


class TestBudgets:
    @pytest.fixture(autouse=True)
    def within_a_minute(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Budgets are counted by the minute: the calls of a test fall into the middle of one."""
        middle = time.time() // 60 * 60 + 30
        monkeypatch.setattr(throttling, "time", SimpleNamespace(time=lambda: middle))

    def test_of_a_key(self, settings) -> None:  # type: ignore[no-untyped-def]
        settings.API_RATES = {"key": 2}
        caller, other = Caller("director"), Caller("director")
        answers = [caller.get("/units/") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[2].json()["type"] == "too_many_requests" and 1 <= int(answers[2]["Retry-After"]) <= 61
        assert other.get("/units/").status_code == 200

    def test_of_a_key_for_web_forms(self, settings) -> None:  # type: ignore[no-untyped-def]
        settings.API_RATES = {"submit": 1}
        caller = Caller("marketer", "leads:submit")
        assert [caller.post("/leads/", {"name": "A"}).status_code for _ in range(2)] == [201, 429]

    def test_of_an_address_and_of_wrong_keys(self, settings) -> None:  # type: ignore[no-untyped-def]
        settings.API_RATES = {"failed": 2, "address": 5}
        wrong = {"Authorization": "Bearer hc_wrong"}
        answers = [Browser(REMOTE_ADDR="203.0.113.7").get("/api/v1/units/", headers=wrong) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [401, 401, 429, 429, 429, 429]
        assert Browser(REMOTE_ADDR="203.0.113.8").get("/api/v1/units/", headers=wrong).status_code == 401


def test_who_was_changed_something_by_whom_is_in_the_history() -> None:
    caller = Caller("head_of_sales")
    client = make_client(owner=caller.user)
    caller.patch(f"/clients/{client.pk}/", {"segment": "gold"}, **{"If-Match": f'"{client.version}"'})
    client.refresh_from_db()
    assert (client.segment, client.updated_by) == ("gold", caller.user)
    assert history_of(client).order_by("-pgh_id").first().pgh_context.metadata["user"] == caller.user.pk
