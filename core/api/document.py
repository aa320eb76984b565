"""The API as a whole: its addresses, its OpenAPI document, and one wrapping for every answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cached_property, wraps
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, re_path
from ninja import NinjaAPI

from core.api import problems, resources
from core.api.auth import BearerAuth
from core.api.endpoints import answers, router_of
from core.api.parsing import StrictParser
from core.ui import switches

View = Callable[..., HttpResponseBase]
DESCRIPTION = (
    "Everything the screens show and do, for other systems. A key acts as the person who made it: it sees and may "
    "what this person sees and may, within the scopes of the key. Amounts and quantities are strings, never floats; "
    "moments are ISO 8601 in UTC. Refusals are `application/problem+json` with a stable `type`."
)
PROBLEM = {
    "type": "object",
    "title": "Problem",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "A stable code for programs.", "examples": ["stale_version"]},
        "title": {"type": "string", "examples": ["Precondition Failed"]},
        "status": {"type": "integer", "examples": [412]},
        "detail": {"type": "string", "description": "A sentence for people."},
        "errors": {
            "type": "object",
            "description": "What is wrong, by the place in the body or the name of the parameter.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
REFUSALS = {
    400: "The body is not JSON.",
    401: "No key, or one that is unknown, expired or withdrawn.",
    403: "The scope or the right is missing.",
    404: "There is no such record, or it is not one to know of.",
    409: "A rule of the business says no; or the Idempotency-Key was used for something else or is still at work.",
    412: "Somebody changed the record meanwhile.",
    413: "The body is too large.",
    415: "The body is not announced as application/json.",
    422: "Some values cannot be used; see `errors`.",
    428: "If-Match is missing.",
    429: "Too many requests; see Retry-After.",
    503: "The server is busy; see Retry-After.",
}
WITH_BODY = (400, 409, 412, 413, 415, 422, 503)
KEY_HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A name of this wish, made where it was born (a UUID). The same key and body again get the first "
    "answer back for two days.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,80}$", "examples": ["5f0c7f2e-9d1b-4b8e-9c58-2f8f2f8f2f8f"]},
}
TAG = {"type": "string", "pattern": r'^"[0-9]{1,9}(\.[0-9a-f]{16})?"$', "examples": ['"7"']}


def _header(name: str, *, required: bool, description: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "name": name, "in": "header", "required": required, "description": description,
        "schema": schema or {"type": "string"},
    }  # fmt: skip


class Api(NinjaAPI):
    """Ninja's API whose document names what every address has in common, and hides modules that are switched off."""

    @cached_property
    def whole_document(self) -> dict[str, Any]:
        """Made once per process: it follows from the code alone. Plain values, so that nobody changes it by sharing."""
        document = super().get_openapi_schema(path_prefix="api/v1/")
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                _answer(operation, document["components"]["schemas"])
                _complete(path, method, operation)
        document["components"]["schemas"]["Problem"] = PROBLEM
        return cast("dict[str, Any]", json.loads(json.dumps(document)))

    def get_openapi_schema(self, **_options: Any) -> Any:
        off = {resource.path for resource in resources.everything() if not resource.is_on}
        off |= {path for path, (_router, switch) in resources.routers().items() if not switches.is_on(switch)}
        whole = self.whole_document
        return {
            **whole,
            "paths": {path: told for path, told in whole["paths"].items() if path.split("/")[3] not in off},
        }


def _answer(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Say what the operation answers with when all goes well."""
    if operation["operationId"] not in answers:
        return
    status, schema_of = answers[operation["operationId"]]
    made = schema_of().model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    schemas.update(made.pop("$defs", {}))
    schemas[made["title"]] = made
    reference = {"$ref": f"#/components/schemas/{made['title']}"}
    operation["responses"][status]["content"] = {"application/json": {"schema": reference}}


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """Add the headers and refusals that an address has by its method."""
    single = "{id}" in path
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            parameter["schema"] |= {"minimum": 1, "maximum": 2**63 - 1}
    statuses = [401, 403, 404, 429]
    if method == "get":
        statuses.append(422)
        if single:
            operation["parameters"].append(
                _header("If-None-Match", required=False, description="An ETag: 304 when the record is still the same.")
            )
    else:
        statuses.extend(WITH_BODY)
        operation["parameters"].append(dict(KEY_HEADER))
    if method == "patch":
        statuses.append(428)
    if method == "patch" or (method == "post" and single):
        required = method == "patch"
        operation["parameters"].append(
            _header(
                "If-Match", required=required, description="The ETag of the record as you read it.", schema=dict(TAG)
            )
        )
    for status in sorted(statuses):
        content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        operation["responses"][status] = {"description": REFUSALS[status], "content": content}


def build() -> Api:
    """The API of all declared resources."""
    api = Api(
        title="Hyper CRM",
        version="1.0.0",
        description=DESCRIPTION,
        docs_url=None,
        openapi_url=None,
        auth=BearerAuth(),
        parser=StrictParser(),
        urls_namespace="api",
    )
    problems.install(api)
    for resource in resources.everything():
        api.add_router(f"/{resource.path}", router_of(resource))
    for path, (router, _switch) in sorted(resources.routers().items()):
        api.add_router(f"/{path}", router)
    return api


def urls_of(api: Api, pages: Sequence[URLPattern] = ()) -> tuple[list[URLPattern], str, str]:
    """The addresses of the API, each answer wrapped; `pages` come first, and last one that answers for all others."""
    patterns, app_name, namespace = api.urls
    found: list[URLPattern] = [each for each in patterns if getattr(each, "name", "") != "api-root"]  # type: ignore[misc]
    for pattern in found:
        pattern.callback = wrapped(pattern.callback)
    last = re_path(r"^(?P<rest>.*)$", wrapped(nowhere), name="nowhere")
    return [*pages, *found, last], app_name, namespace


def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    hint = "" if rest.endswith("/") else " Addresses end with a slash."
    return problems.problem(404, "no_such_address", f"There is nothing at this address.{hint}")


# Only keys in a header open the API, no cookie of a browser does, and this answers 404 to everybody.
nowhere.csrf_exempt = True  # type: ignore[attr-defined]


def wrapped(view: View) -> View:
    """Every answer: no cache, no guessing of types, problem+json also where ninja answers for itself."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in {"POST", "PATCH"} and request.content_type != "application/json":
            announced = int(request.META.get("CONTENT_LENGTH") or 0)
            if announced or request.content_type:
                return _finish(problems.problem(415, "unsupported_media_type", "Send JSON as application/json."))
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            response = problems.problem(404, "not_found", "There is no such record.")
        if response.status_code == 405:
            allowed = {"Allow": response["Allow"]}
            response = problems.problem(405, "method_not_allowed", "This address does not do that.", headers=allowed)
        return _finish(response)

    return answer


def _finish(response: HttpResponseBase) -> HttpResponseBase:
    response["Cache-Control"] = "no-store"
    response["Vary"] = "Authorization"
    response["X-Content-Type-Options"] = "nosniff"
    return response
