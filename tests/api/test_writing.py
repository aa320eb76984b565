"""Changes through the API: the same services, once per key, nothing lost to somebody else's change."""

from __future__ import annotations

from typing import Any

import pytest

from core.models import IdempotencyKey
from crm.models import Client, Interaction, Lead
from sales.models import Deal
from tests.api.client import Caller
from tests.core.threads import at_once
from tests.factories.core import make_user
from tests.factories.crm import make_client, make_legal_entity
from tests.factories.inventory import make_unit

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "5f0c7f2e-9d1b-4b8e-9c58-2f8f2f8f2f8f"}


def body_of(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content
    return answer.json()


class TestProblems:
    def test_every_refusal_has_the_same_shape(self) -> None:
        caller, client = Caller("seller"), make_client()
        own = make_client(owner=caller.user)
        answers: dict[str, Any] = {
            "malformed": caller.post("/clients/", "{"),
            "invalid": caller.post("/clients/", {"name": 3, "colour": "red"}),
            "name_missing": caller.post("/clients/", {"name": " "}),
            "not_found": caller.get(f"/clients/{client.pk}/"),
            "no_such_address": caller.get("/nothing/"),
            "method_not_allowed": caller.send("DELETE", f"/clients/{own.pk}/"),
            "unsupported_media_type": caller.browser.post(
                "/api/v1/clients/", {"name": "X"}, headers={"Authorization": f"Bearer {caller.new.secret}"}
            ),
            "version_missing": caller.patch(f"/clients/{own.pk}/", {"segment": "a"}),
            "stale_version": caller.patch(f"/clients/{own.pk}/", {"segment": "a"}, **{"If-Match": '"9"'}),
            "not_allowed": caller.post(f"/clients/{own.pk}/actions/block/", {"reason": "Unpaid"}),
        }
        statuses = {code: answer.status_code for code, answer in answers.items()}
        assert statuses == {
            "malformed": 400, "invalid": 422, "name_missing": 409, "not_found": 404, "no_such_address": 404,
            "method_not_allowed": 405, "unsupported_media_type": 415, "version_missing": 428, "stale_version": 412,
            "not_allowed": 403,
        }  # fmt: skip
        for code, answer in answers.items():
            problem = answer.json()
            assert answer["Content-Type"] == "application/problem+json"
            assert (problem["type"], problem["status"]) == (code, answer.status_code)
            assert problem["title"] and problem["detail"]
        assert set(answers["invalid"].json()["errors"]) == {"name", "colour"}
        assert answers["method_not_allowed"]["Allow"]

    @pytest.mark.parametrize(
        "body",
        [
            '{"name": "a\\u0000b"}', '{"name": "\\ud800"}', '{"name": "x", "name": "y"}', '{"budget": NaN}',
            "[" * 99999, "\xff",
        ],
    )  # fmt: skip
    def test_what_cannot_be_stored_is_refused(self, body: str) -> None:
        answer = Caller("head_of_sales").post("/leads/", body.encode("latin-1"))
        assert answer.status_code in {400, 422} and Lead.objects.count() == 0

    @pytest.mark.parametrize(
        "amount", [12.5, 12, "12,50", "1e3", "NaN", "-1.00", "1.005", "99999999999999999", " 1", "١"]
    )
    def test_amounts_are_strings_with_two_places(self, amount: Any) -> None:
        answer = Caller("head_of_sales").post("/deals/", {"name": "X", "amount": amount})
        assert body_of(answer, 422)["errors"]["amount"]

    def test_a_value_that_exists_once_is_a_conflict(self) -> None:
        caller, unit = Caller("purchaser"), make_unit()
        wish = {"sku": "GP", "name": "Partition", "unit_id": unit.pk}
        body_of(caller.post("/items/", wish), 201)
        assert body_of(caller.post("/items/", wish), 409)["type"] == "already_exists"

    def test_a_bug_is_told_without_its_details(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(**_wish: Any) -> None:
            raise ZeroDivisionError("secret")

        monkeypatch.setattr("crm.api.clients.clients.create_client", broken)
        answer = Caller("head_of_sales").post("/clients/", {"name": "X"})
        assert body_of(answer, 500)["type"] == "internal" and "secret" not in answer.content.decode()


class TestOnce:
    def test_the_same_wish_gets_the_first_answer(self) -> None:
        caller = Caller("head_of_sales")
        first = caller.post("/clients/", {"name": "Bluehaven"}, **KEY)
        again = caller.post("/clients/", {"name": "Bluehaven"}, **KEY)
        assert first.json() == again.json() and (first.status_code, again.status_code) == (201, 201)
        assert again["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first
        assert again["ETag"] == first["ETag"] and again["Location"] == first["Location"]
        assert Client.objects.count() == 1

    def test_another_wish_under_the_same_key_is_refused(self) -> None:
        caller = Caller("head_of_sales")
        caller.post("/clients/", {"name": "Bluehaven"}, **KEY)
        for path, data in (("/clients/", {"name": "Other"}), ("/persons/", {"name": "Bluehaven", "last_name": "X"})):
            answer = caller.post(path, data, **KEY)
            assert answer.status_code == (409 if path == "/clients/" else 422)
        assert body_of(caller.post("/persons/", {"last_name": "X"}, **KEY), 409)["type"] == "key_reused"
        assert Client.objects.count() == 1

    def test_keys_of_two_callers_are_strangers(self) -> None:
        for caller in (Caller("head_of_sales"), Caller("head_of_sales")):
            body_of(caller.post("/clients/", {"name": "Bluehaven"}, **KEY), 201)
        assert Client.objects.count() == 2

    def test_nothing_is_stored_when_the_wish_is_refused(self) -> None:
        caller = Caller("head_of_sales")
        for wrong in ({"name": 3}, {"name": " "}, {"name": "X", "owner_id": 999999}):
            assert caller.post("/clients/", wrong, **KEY).status_code in {409, 422}
        assert (IdempotencyKey.objects.count(), Client.objects.count()) == (0, 0)
        body_of(caller.post("/clients/", {"name": "Right"}, **KEY), 201)

    def test_a_key_is_visible_text(self) -> None:
        answer = Caller("head_of_sales").post("/clients/", {"name": "X"}, **{"Idempotency-Key": "a b"})
        assert body_of(answer, 422)["errors"]["Idempotency-Key"]

    @pytest.mark.django_db(transaction=True)
    def test_of_twins_that_run_at_once_one_makes_it(self) -> None:
        caller = Caller("head_of_sales")

        def send() -> int:
            return int(caller.post("/clients/", {"name": "Bluehaven"}, **KEY).status_code)

        statuses = at_once(*[send] * 4)
        assert set(statuses) <= {201, 409} and 201 in statuses
        assert Client.objects.count() == 1


class TestVersions:
    @pytest.mark.django_db(transaction=True)
    def test_of_two_who_change_the_same_one_is_told(self) -> None:
        caller, client = Caller("administrator"), make_client()

        def change(segment: str) -> int:
            answer = caller.patch(f"/clients/{client.pk}/", {"segment": segment}, **{"If-Match": f'"{client.version}"'})
            return int(answer.status_code)

        assert sorted(at_once(lambda: change("a"), lambda: change("b"))) == [200, 412]

    def test_only_what_is_sent_is_changed(self) -> None:
        caller, client = Caller("administrator"), make_client(segment="gold", note="Keep")
        read = caller.get(f"/clients/{client.pk}/")
        changed = caller.patch(f"/clients/{client.pk}/", {"segment": "iron"}, **{"If-Match": read["ETag"]})
        assert body_of(changed)["note"] == "Keep" and changed["ETag"] != read["ETag"]
        assert body_of(changed)["version"] == client.version + 1
        for wrong in ("*", "", "7", 'W/"1"', "nonsense"):
            answer = caller.patch(f"/clients/{client.pk}/", {"segment": "x"}, **{"If-Match": wrong})
            assert answer.status_code in {412, 428}
        null = caller.patch(f"/clients/{client.pk}/", {"segment": None}, **{"If-Match": changed["ETag"]})
        assert body_of(null, 422)["errors"]["segment"]

    def test_an_action_may_name_the_version_it_means(self) -> None:
        caller, client = Caller("administrator"), make_client()
        answer = caller.post(f"/clients/{client.pk}/actions/block/", {"reason": "X"}, **{"If-Match": '"99"'})
        assert answer.status_code == 412
        body_of(caller.post(f"/clients/{client.pk}/actions/block/", {"reason": "X"}))


def test_a_body_names_only_records_that_its_sender_may_know_of() -> None:
    caller = Caller("seller")
    foreign = make_legal_entity(make_client(owner=make_user("seller")))
    wish = {"name": "Deal", "client_id": foreign.client_id, "legal_entity_id": foreign.pk, "owner_id": 999999}
    errors = body_of(caller.post("/deals/", wish), 422)["errors"]
    assert set(errors) == {"client_id", "legal_entity_id", "owner_id"}
    about = {"kind": "call", "at": "2026-03-02T09:00:00Z", "about": [{"resource": "clients", "id": foreign.client_id}]}
    assert list(body_of(caller.post("/interactions/", about), 422)["errors"]) == ["about.0.id"]
    assert (Deal.objects.count(), Interaction.objects.count()) == (0, 0)
