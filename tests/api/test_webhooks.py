"""Webhooks: who hears of what, with which data, signed how, in which order, and what happens when nobody answers."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from core import events
from core.actors import SYSTEM
from core.api import publishing
from core.api.services import webhooks
from core.choices import OutboxStatus
from core.errors import InvalidValue, NotAllowed, StaleVersion
from core.models import Event, OutboxMessage, User, WebhookDelivery, WebhookEndpoint
from core.senders import NotNow, build_call
from core.services import outbox_sending
from crm.services.leads import reject_lead
from sales.services.deals import move_deal
from sales.services.quotes import accept_quote, send_quote
from tests.factories.core import make_team, make_user
from tests.factories.crm import MORNING, make_client, make_lead
from tests.factories.finance import make_invoice
from tests.factories.inventory import make_warehouse
from tests.factories.sales import NOON, make_deal, make_quote, make_sold_item

URL = "https://robot.example/hook"
pytestmark = pytest.mark.django_db(transaction=True)


def make_endpoint(*names: str, by: User | None = None, **fields: Any) -> WebhookEndpoint:
    wish = {"name": "Robot", "url": URL, "event_names": names, "known": publishing.declared(), **fields}
    return webhooks.create_endpoint(by=by or make_user("administrator"), **wish).endpoint


def bodies() -> list[dict[str, Any]]:
    return [call.message.payload["body"] for call in WebhookDelivery.objects.order_by("pk").select_related("message")]


def test_who_listens_is_told_and_nobody_else() -> None:
    endpoint = make_endpoint("lead.received")
    make_endpoint("deal.won")
    paused = make_endpoint("lead.received")
    webhooks.change_endpoint(endpoint_id=paused.pk, changes={"is_active": False}, known=(), by=SYSTEM)
    lead = make_lead(name="Ada")
    (body,) = bodies()
    happened = Event.objects.get(name="crm.LeadReceived")
    assert (body["event"], body["resource"], body["id"]) == ("lead.received", "leads", str(happened.pk))
    assert (body["at"], body["data"]["id"], body["data"]["name"]) == (happened.recorded_at.isoformat(), lead.pk, "Ada")
    assert WebhookDelivery.objects.get().endpoint == endpoint


def test_the_owner_is_told_what_he_may_see() -> None:
    head, stranger = make_user("head_of_sales"), make_user("head_of_sales")
    make_team(head)
    make_endpoint("lead.received", "invoice.posted", by=head)
    make_endpoint("lead.received", by=stranger)
    make_lead(owner_id=head.pk)
    assert [call.endpoint.owner for call in WebhookDelivery.objects.all()] == [head]
    with transaction.atomic():
        make_invoice()  # of a client that is not his
    assert WebhookDelivery.objects.count() == 1
    head.role_assignments.all().delete()
    make_lead(owner_id=head.pk)
    assert WebhookDelivery.objects.count() == 1, "nor when he may no longer have webhooks"


def test_costs_stay_inside_when_the_owner_may_not_see_them() -> None:
    marketer, director = make_user("marketer"), make_user("director")
    for owner in (marketer, director):
        make_endpoint("quote.sent", by=owner)
    send_quote(quote_id=make_quote().pk, at=NOON, by=SYSTEM)
    told = {call.endpoint.owner: call.message.payload["body"]["data"] for call in WebhookDelivery.objects.all()}
    assert "cost_amount" in told[director] and "cost_amount" not in told[marketer]
    assert "cost_amount" not in told[marketer]["lines"][0]


def test_the_course_of_a_sale_is_told_in_its_order() -> None:
    make_endpoint("deal.opened", "deal.moved", "deal.won", "quote.sent", "quote.accepted", "order.confirmed")
    warehouse = make_warehouse()
    deal = make_deal(branch=warehouse.branch)
    move_deal(deal_id=deal.pk, stage_code="proposal", at=NOON, by=SYSTEM)
    quote = make_quote(deal, [(make_sold_item(), 1)])
    send_quote(quote_id=quote.pk, at=NOON, by=SYSTEM)
    accept_quote(quote_id=quote.pk, at=NOON, by=SYSTEM)
    assert [body["event"] for body in bodies()] == [
        "deal.opened", "deal.moved", "quote.sent", "quote.accepted", "order.confirmed", "deal.won",
    ]  # fmt: skip


def test_an_event_that_is_handled_again_is_told_once() -> None:
    make_endpoint("lead.received")
    lead = make_lead()
    happened = Event.objects.get(name="crm.LeadReceived")
    for _ in range(2):
        webhooks.tell_everybody(
            event_id=happened.pk, name="lead.received", resource="leads", record_id=lead.pk, at=happened.recorded_at
        )
    assert WebhookDelivery.objects.count() == OutboxMessage.objects.count() == 1


def test_every_declared_event_tells_of_a_resource_that_exists() -> None:
    from core.api import resources

    assert len(publishing.declared()) >= 20
    for name, public in publishing.declared().items():
        assert resources.by_path(public.resource), name
        assert str(public.label)
    with pytest.raises(RuntimeError):
        publishing.tells(object, "lead.received", "Twice", resource="leads", record="lead_id")
    with pytest.raises(LookupError):
        events.being_handled()


class TestSigning:
    def test_a_receiver_can_check_it(self) -> None:
        made = webhooks.create_endpoint(
            name="Robot", url=URL, event_names=["lead.received"], known=["lead.received"], by=make_user("director")
        )
        make_lead()
        body, headers = build_call(OutboxMessage.objects.get())
        signed = f"{headers['X-Timestamp']}.".encode() + body
        expected = hmac.new(made.secret.encode(), signed, hashlib.sha256).hexdigest()
        assert headers["X-Signature"] == f"sha256={expected}" and len(made.secret) == 64

    def test_the_secret_is_stored_nowhere(self) -> None:
        made = webhooks.create_endpoint(
            name="Robot", url=URL, event_names=["lead.received"], known=["lead.received"], by=make_user("director")
        )
        make_lead()
        rows = [*WebhookEndpoint.objects.values_list(), *OutboxMessage.objects.values_list()]
        assert made.secret not in json.dumps(rows, default=str)

    def test_a_new_secret_signs_what_still_waits(self) -> None:
        endpoint = make_endpoint("lead.received")
        make_lead()
        old, version = webhooks.secret_of(endpoint), endpoint.version
        new = webhooks.renew_secret(endpoint_id=endpoint.pk, version=version, by=endpoint.owner)
        assert new.secret != old
        assert OutboxMessage.objects.get().payload["key_name"] == new.endpoint.key_name
        with pytest.raises(StaleVersion):
            webhooks.renew_secret(endpoint_id=endpoint.pk, version=version, by=endpoint.owner)


class TestRefusals:
    @pytest.mark.parametrize(
        "url",
        ["ftp://x.example", "robot.example", "https://", "https://u:p@x.example/", "https://x.example:8443/", "https://x:y"],
    )  # fmt: skip
    def test_an_address_that_would_never_be_called(self, url: str) -> None:
        with pytest.raises(InvalidValue):
            make_endpoint("lead.received", url=url)

    def test_what_is_no_event_no_name_and_no_right(self) -> None:
        changes: tuple[dict[str, Any], ...] = ({"name": " "}, {"event_names": []}, {"event_names": ["nothing"]})
        for wrong in changes:
            with pytest.raises(InvalidValue):
                make_endpoint("lead.received", **wrong)
        for role in ("seller", "storekeeper"):
            with pytest.raises(NotAllowed):
                make_endpoint("lead.received", by=make_user(role))
        endpoint = make_endpoint("lead.received")
        with pytest.raises(NotAllowed):
            webhooks.send_test(endpoint_id=endpoint.pk, key="1", at=NOON, by=make_user("marketer"))
        with pytest.raises(StaleVersion):
            webhooks.change_endpoint(endpoint_id=endpoint.pk, changes={"name": "X"}, known=(), version=9, by=SYSTEM)


class TestDelivery:
    def fail(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def nobody(_message: OutboxMessage) -> None:
            raise NotNow("answered 503")

        monkeypatch.setattr(outbox_sending, "sender_for", lambda _message: nobody)
        monkeypatch.setattr(outbox_sending.breaker, "is_open", lambda _service: False)

    def test_eight_tries_in_a_day_then_a_person(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fail(monkeypatch)
        make_endpoint("lead.received")
        make_lead()
        message, waited = OutboxMessage.objects.get(), timedelta(0)
        for _ in range(8):
            outbox_sending.send(message.pk)
            message.refresh_from_db()
            waited += max(message.due_at - timezone.now(), timedelta(0))
            OutboxMessage.objects.update(due_at=timezone.now())
        assert (message.status, message.attempts) == (OutboxStatus.FAILED, 8)
        assert timedelta(hours=23, minutes=55) < waited < timedelta(hours=24, minutes=5)
        again = outbox_sending.retry_message(message_id=message.pk, by=make_user("director"))
        assert (again.status, again.attempts) == (OutboxStatus.NEW, 0)

    def test_what_happened_to_one_record_leaves_in_its_order(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fail(monkeypatch)
        make_endpoint("lead.received", "lead.rejected")
        lead, other = make_lead(), make_lead()
        reject_lead(lead_id=lead.pk, reason="No need", at=MORNING + timedelta(days=1), by=SYSTEM)
        first, of_other, second = OutboxMessage.objects.order_by("pk")
        assert outbox_sending.send(first.pk) == OutboxStatus.NEW
        assert outbox_sending.send(second.pk) is None, "it waits for the one before"
        assert outbox_sending.send(of_other.pk) == OutboxStatus.NEW, (
            f"what is told of lead {other.pk} does not wait for it"
        )

    def test_a_test_call_is_made_once_per_click(self) -> None:
        endpoint = make_endpoint("lead.received")
        for _ in range(2):
            webhooks.send_test(endpoint_id=endpoint.pk, key="click", at=NOON, by=endpoint.owner)
        (body,) = bodies()
        assert (body["event"], body["data"]) == ("test", {"greeting": "Hello from Hyper CRM"})


def test_nobody_listening_costs_one_statement(django_assert_num_queries: Any) -> None:
    client = make_client()
    with django_assert_num_queries(3):  # the look, and the savepoint around it
        webhooks.tell_everybody(event_id=1, name="lead.received", resource="leads", record_id=client.pk, at=NOON)
