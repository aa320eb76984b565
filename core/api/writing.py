"""Doing what a call asks for: once, as a whole, and only with records the caller may know of."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, get_args

from django.apps import apps
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Schema

from core import policy
from core.actors import Actor
from core.api import own, reading, resources
from core.api.auth import token_of, user_of
from core.api.problems import Refusal
from core.api.resources import Call, Resource
from core.api.types import Ref
from core.models import User
from core.services import idempotency
from core.transactions import retrying

KEY_SHAPE = re.compile(r"[\x21-\x7e]{1,80}")
TAG_SHAPE = re.compile(r'"(\d{1,9})(?:\.[0-9a-f]{16})?"')
JSON = "application/json"
Answer = dict[str, Any]


def refuse_hidden(resource: Resource, call: Call) -> None:
    """Nobody writes what he may not see."""
    sent = set(call.data.model_fields_set) & resource.hidden_from(call.user) if call.data is not None else set()
    if sent:
        raise Refusal(422, "invalid", "Some values cannot be used.", errors={
            name: ["you may not see this field"] for name in sorted(sent)
        })  # fmt: skip


def key_of(request: HttpRequest) -> str | None:
    """The caller's `Idempotency-Key`. Raises Refusal for one that cannot be kept."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not KEY_SHAPE.fullmatch(key):
        raise Refusal.of_field("Idempotency-Key", "1 to 80 visible ASCII characters are needed")
    return key


def version_of(request: HttpRequest, *, required: bool) -> int | None:
    """The version the caller saw, from `If-Match`. Raises Refusal (428) when it is needed and missing."""
    header = request.headers.get("If-Match", "")
    if not header or header == "*":
        if required:
            detail = "Send “If-Match” with the ETag of the record that you read, so that nobody's change is lost."
            raise Refusal(428, "version_missing", detail)
        return None
    found = TAG_SHAPE.fullmatch(header.strip())
    if found is None:
        raise Refusal(412, "stale_version", "“If-Match” is not an ETag of this record.")
    return int(found[1])


def expect(record: Any, version: int | None) -> None:
    """Raise StaleVersion before an action when the caller named a version and the record moved on."""
    if version is not None and hasattr(record, "expect_version"):
        record.expect_version(version)


def call_of(request: HttpRequest, *, data: Any = None, record: Any = None, version: int | None = None) -> Call:
    """What services are told: who, when, what, and the name of the wish where the caller gave one."""
    key, user = key_of(request), user_of(request)
    name = None
    if key is not None:
        print_ = hashlib.sha256(f"{request.path}\0{key}".encode()).hexdigest()[:32]
        name = f"api:{token_of(request).pk}:{print_}"
    return Call(user=user, at=timezone.now(), data=data, record=record, key=name, version=version)


def carry_out(request: HttpRequest, call: Call, run: Callable[[], Answer]) -> HttpResponse:
    """Run a change in one transaction, once per `Idempotency-Key`, and answer.

    The stored answer belongs to the key of the API, the address and the body: the same again gets it back, another
    body is refused (409), and so is a twin that still runs. When `run` fails nothing is stored.
    """
    ran = []

    def noted() -> Answer:
        ran.append(True)
        if call.data is not None:
            check_references(call.data, call.user)
        return run()

    key = key_of(request)
    if key is None:
        return respond(retrying(transaction.atomic(noted))())

    body = [request.method, request.path, request.headers.get("If-Match", ""), request.body.decode("utf-8")]
    answer = idempotency.once(scope=f"api:{token_of(request).pk}", key=key, body=body, run=noted)
    response = respond(answer)
    if not ran:
        response["Idempotency-Replayed"] = "true"
    return response


def respond(answer: Answer) -> HttpResponse:
    content = "" if answer["status"] == 204 else reading.as_json(answer["body"])
    return HttpResponse(content, status=answer["status"], content_type=JSON, headers=answer["headers"])


def answer_with(resource: Resource, user: Actor, pk: int, *, status: int, root: str) -> Answer:
    """The record as it stands now; 204 when it is no longer one that the user may know of."""
    found = reading.single(resource, user, pk)
    if found is None:
        return {"status": 204, "body": None, "headers": {}}
    record, values = found
    text = reading.as_json(values)
    headers = {"ETag": reading.tag_of(record, text)}
    if status == 201:
        headers["Location"] = f"{root}{resource.path}/{pk}/"
    return {"status": status, "body": json.loads(text), "headers": headers}


def save_own(call: Call, record: Any, *, new: bool) -> None:
    """Store the company's own fields of a call beside what its service stored, in the same transaction."""
    sent = getattr(call.data, "own", None)
    if sent or (new and "own" in type(call.data).model_fields):
        own.set_values(record, sent or {}, call.user, new=new)


# Records that a body names


def check_references(data: Schema, user: Actor) -> None:
    """Refuse keys of records that do not exist or that the caller may not know of; one statement per kind."""
    named: dict[str, list[tuple[str, Any]]] = {}
    for model, place, value in _references(data):
        named.setdefault(model, []).append((place, value))
    errors = {}
    for model, places in named.items():
        rows = visible_rows(apps.get_model(model), user)
        known = set(rows.filter(pk__in={value for _place, value in places}).values_list("pk", flat=True))
        errors.update({place: ["there is no such record"] for place, value in places if value not in known})
    if errors:
        raise Refusal(422, "invalid", "Some values cannot be used.", errors=errors)


def visible_rows(model: type[Model], user: Actor) -> QuerySet[Any]:
    """The records of a model that a user may name."""
    if model is User:
        return User.objects.filter(is_active=True)
    resource = resources.of_model(model)
    if resource is not None:
        return resource.rows_for(user)
    action = f"{model._meta.app_label}.view_{model._meta.model_name}"
    manager: Any = model._default_manager
    return manager.visible_to(user, action) if action in policy.known_actions() else manager.all()


def _references(data: Schema, place: str = "") -> Iterator[tuple[str, str, Any]]:
    for name, model in references_in(type(data)).items():
        value = getattr(data, name)
        if name not in data.model_fields_set or value is None:
            continue
        if isinstance(value, list):
            yield from ((model, f"{place}{name}.{position}", each) for position, each in enumerate(value))
        else:
            yield model, f"{place}{name}", value
    for name in data.model_fields_set:
        value = getattr(data, name)
        if isinstance(value, list):
            for position, each in enumerate(value):
                if isinstance(each, Schema):
                    yield from _references(each, f"{place}{name}.{position}.")


@cache
def references_in(schema: type[Schema]) -> dict[str, str]:
    """The members of a schema that name other records, with the model they name."""
    found = {}
    for name, info in schema.model_fields.items():
        marks = [mark for mark in info.metadata if isinstance(mark, Ref)] or list(_marks(info.annotation))
        if marks:
            found[name] = marks[0].model
    return found


def _marks(annotation: Any) -> Iterator[Ref]:
    """References inside a union such as `ClientId | None`."""
    for part in get_args(annotation):
        if isinstance(part, Ref):
            yield part
        else:
            yield from _marks(part)
