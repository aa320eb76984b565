"""Addresses made of declared resources: list, single record, create, change and actions.

Annotations are real types here (no postponed ones), because ninja reads the types of each resource from them.
"""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Body, Query, Router, Schema
from pydantic import Field, create_model

from core.api import reading, scopes, writing
from core.api.auth import require_scope, user_of
from core.api.fields import schema_of
from core.api.problems import Refusal
from core.api.resources import Call, Resource, Verb, by_path

ROOT = "/api/v1/"

# What each operation answers with, by its id: the schemas are made when somebody reads the document, because answers
# are written without them and making hundreds of them would delay the start of every process.
answers: dict[str, tuple[int, Callable[[], type[Schema]]]] = {}


def router_of(resource: Resource) -> Router:
    """All addresses of a resource."""
    router = Router(tags=[resource.path])
    _add_list(router, resource)
    _add_single(router, resource)
    if resource.create is not None:
        _add_create(router, resource)
    if resource.change is not None:
        _add_change(router, resource)
    for verb in resource.all_verbs:
        _add_verb(router, resource, verb)
    return router


def enter(request: HttpRequest, resource: Resource, *wanted: str) -> Any:
    """The user behind a call, once module, scope and right are there. Raises Http404, Refusal, NotAllowed."""
    if not resource.is_on:
        raise Http404
    require_scope(request, *wanted)
    user = user_of(request)
    return user


def find(resource: Resource, user: Any, pk: int) -> Any:
    """A record that the user may know of, else Http404."""
    record = resource.rows_for(user).filter(pk=pk).first()
    if record is None:
        raise Http404
    return record


def _id(resource: Resource) -> str:
    return resource.path.replace("-", "_")


def _add_list(router: Router, resource: Resource) -> None:
    parameters = resource.parameters
    name = f"{_id(resource)}_list"
    answers[name] = (200, partial(_page_schema, resource))

    @router.get(
        "/",
        response={200: None},
        operation_id=name,
        summary=f"List {resource.path.replace('-', ' ')}",
        description=f"{resource.doc}\n\nNeeds the scope `{resource.path}:read`.",
    )
    def list_records(request: HttpRequest, parameters: parameters = Query(...)) -> HttpResponse:  # type: ignore[valid-type]  # noqa: B008
        user = enter(request, resource, scopes.needed(resource.path, scopes.READ))
        resource.require_view(user)
        unknown = sorted(set(request.GET) - set(type(parameters).model_fields))  # type: ignore[attr-defined]
        if unknown:
            raise Refusal.of_field(unknown[0][:80], "there is no such parameter")
        found = reading.page_of(resource, user, parameters, address=f"{ROOT}{resource.path}/")
        content = reading.as_json({"data": found.data, "next": found.next})
        response = HttpResponse(content, content_type=writing.JSON)
        if found.next:
            response["Link"] = f'<{found.next}>; rel="next"'
        return response


def _page_schema(resource: Resource) -> type[Schema]:
    return create_model(
        f"{resource.name}Page",
        __base__=Schema,
        data=(list[resource.row_schema], Field(description="The rows of this page.")),  # type: ignore[name-defined]
        next=(str | None, Field(description="The address of the next page; null on the last one.")),
    )


def _add_single(router: Router, resource: Resource) -> None:
    name = f"{_id(resource)}_read"
    answers[name] = (200, partial(getattr, resource, "schema"))

    @router.get(
        "/{int:id}/",
        response={200: None, 304: None},
        operation_id=name,
        summary=f"Read one of the {resource.path.replace('-', ' ')}",
        description="With `If-None-Match` the answer is 304 as long as nothing changed. "
        f"Needs the scope `{resource.path}:read`.",
    )
    def read_record(request: HttpRequest, id: int) -> HttpResponse:
        user = enter(request, resource, scopes.needed(resource.path, scopes.READ))
        resource.require_view(user)
        found = reading.single(resource, user, id)
        if found is None:
            raise Http404
        record, values = found
        content = reading.as_json(values)
        tag = reading.tag_of(record, content)
        known = [each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")]
        if tag in known or known == ["*"]:
            return HttpResponse(status=304, headers={"ETag": tag})
        return HttpResponse(content, content_type=writing.JSON, headers={"ETag": tag})


def _add_create(router: Router, resource: Resource) -> None:
    create = resource.create
    assert create is not None  # noqa: S101 - the caller looked
    schema = create.schema
    name = f"{_id(resource)}_create"
    answers[name] = (201, partial(_receipt_schema, resource) if create.answer else partial(getattr, resource, "schema"))
    needed = scopes.needed(resource.path, scopes.WRITE)
    also = f" or `{create.scope}`" if create.scope else ""

    @router.post(
        "/",
        response={201: None} if create.answer else {201: None, 204: None},
        operation_id=name,
        summary=f"Add to {resource.path.replace('-', ' ')}",
        description=f"{create.doc}\n\nSend `Idempotency-Key` so that a repeated call makes nothing twice. "
        f"Needs the scope `{needed}`{also}.".strip(),
    )
    def create_record(request: HttpRequest, payload: schema = Body(...)) -> HttpResponse:  # type: ignore[valid-type]  # noqa: B008
        user = enter(request, resource, *filter(None, (needed, create.scope)))
        call = writing.call_of(request, data=payload)
        writing.refuse_hidden(resource, call)
        return writing.carry_out(request, call, partial(_make, resource, call, user))


def _receipt_schema(resource: Resource) -> Any:
    assert resource.create is not None  # noqa: S101 - the caller looked
    return schema_of(f"{resource.name}Receipt", resource.model, ("id", *resource.create.answer))


def _make(resource: Resource, call: Call, user: Any) -> writing.Answer:
    assert resource.create is not None  # noqa: S101 - only called for those
    made = resource.create.run(call)
    writing.save_own(call, made, new=True)
    if not resource.create.answer:
        return writing.answer_with(resource, user, made.pk, status=201, root=ROOT)
    made.refresh_from_db()
    text = reading.as_json({name: getattr(made, name) for name in ("id", *resource.create.answer)})
    return {"status": 201, "body": json.loads(text), "headers": {"Location": f"{ROOT}{resource.path}/{made.pk}/"}}


def _add_change(router: Router, resource: Resource) -> None:
    change = resource.change
    assert change is not None  # noqa: S101 - the caller looked
    schema = change.schema
    needed = scopes.needed(resource.path, scopes.WRITE)
    name = f"{_id(resource)}_change"
    answers[name] = (200, partial(getattr, resource, "schema"))

    @router.patch(
        "/{int:id}/",
        response={200: None, 204: None},
        operation_id=name,
        summary=f"Change one of the {resource.path.replace('-', ' ')}",
        description=f"{change.doc}\n\nOnly the members that are sent are changed. `If-Match` with the ETag of the "
        f"record is required: 428 without it, 412 when somebody else was quicker. Needs the scope `{needed}`.".strip(),
    )
    def change_record(request: HttpRequest, id: int, payload: schema = Body(...)) -> HttpResponse:  # type: ignore[valid-type]  # noqa: B008
        user = enter(request, resource, needed)
        record = find(resource, user, id)
        version = writing.version_of(request, required=True)
        call = writing.call_of(request, data=payload, record=record, version=version)
        writing.refuse_hidden(resource, call)

        def run() -> writing.Answer:
            changed = change.run(call)
            writing.save_own(call, changed, new=False)
            return writing.answer_with(resource, user, id, status=200, root=ROOT)

        return writing.carry_out(request, call, run)


def _add_verb(router: Router, resource: Resource, verb: Verb) -> None:
    schema = verb.schema
    needed = scopes.needed(resource.path, scopes.WRITE)
    result = by_path(verb.makes) if verb.makes else resource
    optional = all(not info.is_required() for info in schema.model_fields.values())
    default: Any = Body(default_factory=schema) if optional else Body(...)
    name = f"{_id(resource)}_{verb.name.replace('-', '_')}"
    answers[name] = (200, partial(getattr, result, "schema"))

    @router.post(
        f"/{{int:id}}/actions/{verb.name}/",
        response={200: None, 204: None},
        operation_id=name,
        summary=f"{verb.name.replace('-', ' ').capitalize()}: {resource.path.replace('-', ' ')}",
        description=f"{verb.doc}\n\nAnswers with the record of `{result.path}`. Send `Idempotency-Key` so that a "
        f"repeated call does nothing twice. Needs the scope `{needed}`.",
    )
    def act(request: HttpRequest, id: int, payload: schema = default) -> HttpResponse:  # type: ignore[valid-type]
        user = enter(request, resource, needed)
        record = find(resource, user, id)
        version = writing.version_of(request, required=False)
        call = writing.call_of(request, data=payload, record=record, version=version)

        def run() -> writing.Answer:
            writing.expect(record, version)
            made = verb.run(call)
            if made is None:
                return {"status": 204, "body": None, "headers": {}}
            return writing.answer_with(result, user, made.pk, status=200, root=ROOT)

        return writing.carry_out(request, call, run)
