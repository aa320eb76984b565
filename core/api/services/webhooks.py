"""Webhooks: set up by people, told by events, sent by the outbox."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor, user_or_none
from core.choices import OutboxStatus
from core.errors import InvalidValue
from core.models import OutboxMessage, WebhookDelivery, WebhookEndpoint
from core.senders import signing_key
from core.services import outbox
from core.transactions import command

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class NewEndpoint:
    """An endpoint with the secret that signs its calls; the secret is shown once."""

    endpoint: WebhookEndpoint
    secret: str


def secret_of(endpoint: WebhookEndpoint) -> str:
    return signing_key(endpoint.key_name).decode()


@command
def create_endpoint(
    *, name: str, url: str, event_names: Iterable[str], known: Collection[str], by: Actor
) -> NewEndpoint:
    """Let another system hear of events; it is told what `by` may see. Each call makes one. Raises InvalidValue."""
    policy.require(by, "core.manage_webhooks")
    owner = user_or_none(by)
    if owner is None:
        raise InvalidValue(field="owner", problem=_("a webhook needs a person whose rights it has"))
    values = _checked({"name": name, "url": url, "event_names": list(event_names)}, known)
    endpoint = WebhookEndpoint.objects.create(owner=owner, created_by=owner, **values)
    endpoint.refresh_from_db(fields=["uuid"])
    logger.info("webhook made", extra={"endpoint_id": endpoint.pk})
    return NewEndpoint(endpoint, secret_of(endpoint))


@command
def change_endpoint(
    *, endpoint_id: int, changes: dict[str, Any], known: Collection[str], by: Actor, version: int | None = None
) -> WebhookEndpoint:
    """Change name, url, event_names or is_active; the same values again change nothing. Locks the endpoint.

    Raises StaleVersion and InvalidValue.
    """
    endpoint = WebhookEndpoint.objects.locked().get(pk=endpoint_id)
    policy.require(by, "core.manage_webhooks", endpoint)
    endpoint.expect_version(version)
    values = _checked(changes, known)
    different = {name: value for name, value in values.items() if getattr(endpoint, name) != value}
    if different:
        for name, value in different.items():
            setattr(endpoint, name, value)
        endpoint.updated_by = user_or_none(by)
        endpoint.save(update_fields=[*different, "updated_by"])
    return endpoint


def _checked(values: dict[str, Any], known: Collection[str]) -> dict[str, Any]:
    for field in sorted(set(values) - {"name", "url", "event_names", "is_active"}):
        raise InvalidValue(field=field, problem=_("unknown"))
    checked = dict(values)
    if "name" in checked:
        checked["name"] = checked["name"].strip()
        if not checked["name"]:
            raise InvalidValue(field="name", problem=_("give it a name"))
    if "url" in checked:
        checked["url"] = _callable_address(checked["url"].strip())
    if "event_names" in checked:
        checked["event_names"] = sorted(set(checked["event_names"]))
        if not checked["event_names"] or set(checked["event_names"]) - set(known):
            raise InvalidValue(field="event_names", problem=_("choose what it hears of"))
    return checked


def _callable_address(url: str) -> str:
    """An address that the outgoing client would call at all; where its name leads is checked at every call."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        port, parts = None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or port not in {80, 443}:
        problem = _("it must start with https:// or http://, use the usual port and hold no password")
        raise InvalidValue(field="url", problem=problem)
    return url


@command
def renew_secret(*, endpoint_id: int, version: int | None, by: Actor) -> NewEndpoint:
    """Sign with another secret from now on, also what still waits or failed. Locks the endpoint.

    Each call makes another one; the `version` a person saw keeps a double click from making two.
    """
    endpoint = WebhookEndpoint.objects.locked().get(pk=endpoint_id)
    policy.require(by, "core.manage_webhooks", endpoint)
    endpoint.expect_version(version)
    endpoint.secret_number += 1
    endpoint.updated_by = user_or_none(by)
    endpoint.save(update_fields=["secret_number", "updated_by"])
    unsent = OutboxMessage.objects.filter(delivery__endpoint=endpoint).exclude(status=OutboxStatus.SENT)
    messages = list(unsent.locked())
    for message in messages:
        message.payload["key_name"] = endpoint.key_name
    OutboxMessage.objects.bulk_update(messages, ["payload"], batch_size=500)
    logger.info("secret of a webhook renewed", extra={"endpoint_id": endpoint.pk})
    return NewEndpoint(endpoint, secret_of(endpoint))


@command
def send_test(*, endpoint_id: int, key: str, at: datetime, by: Actor) -> WebhookDelivery:
    """Call an endpoint with nothing but a greeting, so that both sides see that it works. Once per `key`."""
    endpoint = WebhookEndpoint.objects.get(pk=endpoint_id)
    policy.require(by, "core.manage_webhooks", endpoint)
    body = _body(event_id=f"test-{key}", name="test", resource="", at=at, data={"greeting": "Hello from Hyper CRM"})
    return _enqueue(endpoint, body, dedupe_key=f"webhook:{endpoint.pk}:test:{key}")


def tell_everybody(*, event_id: int, name: str, resource: str, record_id: int, at: datetime) -> int:
    """Put a call into the outbox for every active endpoint that hears of this event; returns how many.

    Each is told what its owner may see now; nothing, when he may not know of the record, may no longer have webhooks
    or left. A second run for the same event adds nothing. Calls about one record leave in their order.
    """
    listening = WebhookEndpoint.objects.filter(is_active=True, event_names__contains=[name], owner__is_active=True)
    told = 0
    with transaction.atomic():
        for endpoint in listening.select_related("owner").order_by("pk"):
            data = _data_for(endpoint, resource, record_id)
            if data is None:
                continue
            body = _body(event_id=str(event_id), name=name, resource=resource, at=at, data=data)
            _enqueue(
                endpoint, body, dedupe_key=f"webhook:{endpoint.pk}:{event_id}:{name}", resource=resource,
                record_id=record_id,
            )  # fmt: skip
            told += 1
    return told


def _data_for(endpoint: WebhookEndpoint, path: str, record_id: int) -> dict[str, Any] | None:
    """The record as the API would show it to the owner."""
    from core.api import reading, resources  # reads all declared resources, which only a listener needs

    resource, owner = resources.by_path(path), endpoint.owner
    may_see = policy.allows(owner, resource.action) or any(policy.allows(owner, code) for code in resource.also_seen_by)
    if not (resource.is_on and may_see and policy.allows(owner, "core.manage_webhooks")):
        return None
    found = reading.single(resource, owner, record_id)
    return None if found is None else json.loads(reading.as_json(found[1]))


def _body(*, event_id: str, name: str, resource: str, at: datetime, data: dict[str, Any]) -> dict[str, Any]:
    address = f"{settings.SITE_URL}/api/v1/{resource}/{data['id']}/" if resource else None
    return {"id": event_id, "event": name, "at": at.isoformat(), "resource": resource, "url": address, "data": data}


def _enqueue(
    endpoint: WebhookEndpoint,
    body: dict[str, Any],
    *,
    dedupe_key: str,
    resource: str = "",
    record_id: int | None = None,
) -> WebhookDelivery:
    message = outbox.enqueue_call(
        url=endpoint.url,
        body=body,
        dedupe_key=dedupe_key,
        key_name=endpoint.key_name,
        ordering_key=f"webhook:{endpoint.pk}:{resource}:{record_id}" if record_id else "",
    )
    delivery, _made = WebhookDelivery.objects.get_or_create(
        message=message,
        defaults={"endpoint": endpoint, "event": body["event"], "resource": resource, "record_id": record_id},
    )
    return delivery
