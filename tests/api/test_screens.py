"""The screens of keys and webhooks, and the documentation page."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse

from core.api import publishing
from core.api.services.tokens import hash_of
from core.api.services.webhooks import create_endpoint
from core.choices import OutboxStatus
from core.models import ApiToken, OutboxMessage, User, WebhookDelivery, WebhookEndpoint
from tests.api.client import make_key
from tests.factories.core import make_user

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def make_call(user: User, status: str = OutboxStatus.FAILED) -> WebhookDelivery:
    from core.api.services.webhooks import send_test
    from tests.factories.sales import NOON

    endpoint = create_endpoint(
        name="Robot", url="https://robot.example/", event_names=["deal.won"], known=publishing.declared(), by=user
    ).endpoint
    call = send_test(endpoint_id=endpoint.pk, key=str(uuid4()), at=NOON, by=user)
    OutboxMessage.objects.update(status=status, error="answered 503", sent_at=NOON)
    return call


class TestKeys:
    def wish(self, **fields: object) -> dict[str, object]:
        return {"name": "Shop", "access": "read", "days": "90", "key": str(uuid4()), **fields}

    def test_a_new_one_is_shown_once(self) -> None:
        browser, wish = signed_in(make_user("director")), self.wish()
        page = browser.post(reverse("core:api_token_new"), wish)
        token = ApiToken.objects.get()
        secret = page.context["secret"]
        assert hash_of(secret) == token.token_hash and secret in page.content.decode()
        assert page["Cache-Control"] == "no-store" and token.scopes == ["read"]
        again = browser.post(reverse("core:api_token_new"), wish, follow=True)
        assert ApiToken.objects.count() == 1 and secret not in again.content.decode()
        assert secret not in browser.get(reverse("core:api_token_list")).content.decode()

    @pytest.mark.parametrize(
        ("fields", "scopes"),
        [
            ({"access": "all"}, ["all"]), ({"access": "submit"}, ["leads:submit"]),
            ({"access": "chosen", "chosen": ["clients:read", "leads:write"]}, ["clients:read", "leads:write"]),
            ({"access": "read", "chosen": ["clients:write"]}, ["read"]),
        ],
    )  # fmt: skip
    def test_it_may_what_was_chosen(self, fields: dict[str, object], scopes: list[str]) -> None:
        signed_in(make_user("director")).post(reverse("core:api_token_new"), self.wish(**fields))
        assert ApiToken.objects.get().scopes == scopes

    @pytest.mark.parametrize("fields", [{"name": ""}, {"access": "chosen"}, {"days": "9999"}, {"access": "x"}])
    def test_what_is_wrong_stands_beside_it_and_nothing_typed_is_lost(self, fields: dict[str, object]) -> None:
        page = signed_in(make_user("director")).post(reverse("core:api_token_new"), self.wish(**fields))
        assert page.status_code == 422 and page.context["form"].errors and ApiToken.objects.count() == 0

    def test_one_withdraws_his_own_and_an_administrator_any(self) -> None:
        owner, other, administrator = make_user("director"), make_user("marketer"), make_user("administrator")
        token = make_key(owner).token
        url = reverse("core:api_token_revoke", args=[token.pk])
        assert signed_in(other).post(url).status_code == 404
        assert str(owner) in signed_in(administrator).get(reverse("core:api_token_list")).content.decode()
        assert signed_in(owner).get(url).status_code == 200
        assert signed_in(owner).post(url).status_code == 302
        assert ApiToken.objects.get().revoked_by == owner

    @pytest.mark.parametrize("name", ["api_token_list", "api_token_new", "webhook_list", "webhook_call_list"])
    def test_who_has_no_right_gets_no_page(self, name: str) -> None:
        assert signed_in(make_user("seller")).get(reverse(f"core:{name}")).status_code == 403
        assert Browser().get(reverse(f"core:{name}")).status_code == 302


class TestWebhooks:
    def test_set_up_tried_and_given_another_secret(self) -> None:
        user = make_user("director")
        browser = signed_in(user)
        wish = {"name": "Robot", "url": "https://robot.example/", "event_names": ["deal.won"], "key": str(uuid4())}
        page = browser.post(reverse("core:webhook_new"), wish)
        endpoint = WebhookEndpoint.objects.get()
        assert page.context["secret"] in page.content.decode() and endpoint.owner == user
        assert browser.post(reverse("core:webhook_new"), wish).status_code == 302
        card = reverse("core:webhook_card", args=[endpoint.pk])
        assert page.context["secret"] not in browser.get(card).content.decode()
        browser.post(reverse("core:webhook_test", args=[endpoint.pk]), {"key": "one"})
        assert WebhookDelivery.objects.get().event == "test" and "test" in browser.get(card).content.decode()
        url = reverse("core:webhook_secret", args=[endpoint.pk])
        renewed = browser.post(url, {"version": endpoint.version})
        assert renewed.context["secret"] != page.context["secret"]
        assert browser.post(url, {"version": endpoint.version}).status_code == 409

    def test_edited_with_refusals_beside_the_field(self) -> None:
        browser = signed_in(make_user("director"))
        endpoint = make_call(User.objects.get()).endpoint
        url = reverse("core:webhook_edit", args=[endpoint.pk])
        wish = {
            "name": "New",
            "url": "https://robot.example:8080/",
            "event_names": ["deal.won"],
            "version": endpoint.version,
        }
        refused = browser.post(url, wish)
        assert refused.status_code == 422 and refused.context["form"].errors["url"]
        assert browser.post(url, {**wish, "url": endpoint.url}).status_code == 302
        endpoint.refresh_from_db()
        assert (endpoint.name, endpoint.is_active) == ("New", False)
        assert browser.post(url, {**wish, "url": endpoint.url}).status_code == 409

    def test_what_was_given_up_waits_for_a_person(self) -> None:
        director = make_user("director")
        call = make_call(director)
        browser, url = signed_in(director), reverse("core:webhook_call", args=[call.pk])
        listed = browser.get(reverse("core:webhook_call_list")).content.decode()
        assert url in listed and "answered 503" in listed
        assert "Hello from Hyper CRM" in browser.get(url).content.decode()
        assert browser.post(url).status_code == 302
        assert OutboxMessage.objects.get().status == OutboxStatus.NEW
        assert url not in browser.get(reverse("core:webhook_call_list")).content.decode()

    def test_sending_again_needs_its_right_and_is_not_done_twice(self) -> None:
        marketer = make_user("marketer")
        call = make_call(marketer)
        url = reverse("core:webhook_call", args=[call.pk])
        assert signed_in(marketer).post(url).status_code == 403
        assert signed_in(make_user("head_of_sales")).get(url).status_code == 404
        OutboxMessage.objects.update(status=OutboxStatus.SENT)
        assert signed_in(make_user("administrator")).post(url).status_code == 409

    def test_statements_do_not_grow(self, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
        director = make_user("director")
        for _ in range(10):
            make_call(director)
        browser = signed_in(director)
        browser.get(reverse("core:webhook_call_list"))
        with django_assert_max_num_queries(25):
            browser.get(reverse("core:webhook_call_list"))
        for _ in range(20):
            make_call(director)
        with django_assert_max_num_queries(25):
            browser.get(reverse("core:webhook_call_list"))


class TestDocumentation:
    def test_is_a_page_of_its_own_that_loads_nothing_foreign(self) -> None:
        page = Browser().get("/api/v1/docs/")
        html = page.content.decode()
        assert page.status_code == 200 and "/api/v1/clients/" in html and "Idempotency-Key" in html
        assert "//cdn" not in html and "<style" not in html and " onclick" not in html
        assert html.count("<script") == html.count('<script src="/static/js/') == 2, (
            "theme and forms, from our own files"
        )

    def test_can_be_searched_without_scripts(self) -> None:
        page = Browser().get("/api/v1/docs/", {"q": "reject lead"})
        assert page.context["found"] == 1 and "/actions/reject/" in page.content.decode()
        assert Browser().get("/api/v1/docs/", {"q": "<b>nothing"}).context["found"] == 0

    def test_the_document_names_everything(self) -> None:
        document = Browser().get("/api/v1/openapi.json").json()
        operations = [operation for methods in document["paths"].values() for operation in methods.values()]
        assert len(operations) > 150 and len({each["operationId"] for each in operations}) == len(operations)
        assert all(each["summary"] and each["description"] and "401" in each["responses"] for each in operations)
        create = document["paths"]["/api/v1/leads/"]["post"]
        assert {"Idempotency-Key"} <= {part["name"] for part in create["parameters"]}
        assert document["components"]["schemas"]["LeadIn"]["properties"]["name"]["examples"]
