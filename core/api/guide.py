"""The OpenAPI document retold for people: sections, operations, members, and calls to copy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from core.api.document import REFUSALS


@dataclass(frozen=True)
class Member:
    """A parameter of a call or a member of a body, in words."""

    name: str
    kind: str
    required: bool
    about: str
    place: str = ""


@dataclass(frozen=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    about: str
    parameters: list[Member]
    body: list[Member]
    answer: list[Member]
    curl: str


@dataclass(frozen=True)
class Section:
    name: str
    operations: list[Operation]


def sections(document: dict[str, Any], words: str = "") -> list[Section]:
    """Operations by resource; with `words` only those in whose address or text all of them stand."""
    found: dict[str, list[Operation]] = {}
    wanted = words.lower().split()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            text = f"{path} {method} {operation['summary']} {operation.get('description', '')}".lower()
            if all(word in text for word in wanted):
                tag = operation.get("tags", ["other"])[0]
                found.setdefault(tag, []).append(_told(document, path, method, operation))
    return [Section(name, operations) for name, operations in sorted(found.items())]


def _told(document: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> Operation:
    body_schema = _content(operation.get("requestBody", {}), "application/json")
    success: dict[str, Any] = next(
        (answer for status, answer in operation["responses"].items() if int(status) < 300), {}
    )
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        about=_plain(operation.get("description", "")),
        parameters=[
            Member(
                part["name"],
                _kind(document, part["schema"]).removesuffix(" or null"),
                part["required"],
                _plain(part.get("description", "")),
                part["in"],
            )
            for part in operation["parameters"]
        ],
        body=_members(document, body_schema),
        answer=_members(document, _content(success, "application/json")),
        curl=_curl(document, path, method, body_schema),
    )


def _plain(text: str) -> str:
    """The marks of code belong to the document, not to the page."""
    return text.replace("`", "")


def _content(part: dict[str, Any], media_type: str) -> dict[str, Any]:
    return part.get("content", {}).get(media_type, {}).get("schema", {})


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    return document["components"]["schemas"][name] if name else schema


def _members(document: dict[str, Any], schema: dict[str, Any]) -> list[Member]:
    whole = _resolved(document, schema)
    required = set(whole.get("required", []))
    return [
        Member(name, _kind(document, part), name in required, _plain(part.get("description", "")))
        for name, part in whole.get("properties", {}).items()
    ]


def _kind(document: dict[str, Any], schema: dict[str, Any]) -> str:
    """A type in one or two words: `text`, `one of: …`, `list of lines`."""
    if "anyOf" in schema:
        kinds = [_kind(document, part) for part in schema["anyOf"] if part.get("type") != "null"]
        return f"{' / '.join(kinds)} or null"
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return "one of: " + ", ".join(f"“{value}”" for value in values)
    if schema.get("type") == "array":
        return f"list of {_kind(document, schema.get('items', {}))}"
    if "$ref" in schema:
        whole = _resolved(document, schema)
        return "{" + ", ".join(whole.get("properties", {})) + "}"
    if schema.get("type") == "string" and "pattern" in schema and "0-9" in schema["pattern"]:
        return "decimal in quotation marks"
    return {"date": "day", "date-time": "moment", "uuid": "uuid"}.get(
        schema.get("format", ""),
        {"object": "object", "string": "text"}.get(schema.get("type", ""), schema.get("type", "any")),
    )


def _example(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """A body with the required members, and with those that have an example."""
    whole = _resolved(document, schema)
    if "anyOf" in whole:
        return _example(document, whole["anyOf"][0])
    if whole.get("examples"):
        return whole["examples"][0]
    if "enum" in whole:
        return whole["enum"][0]
    if whole.get("type") == "object" and "properties" in whole:
        required = set(whole.get("required", []))
        return {
            name: _example(document, part)
            for name, part in whole["properties"].items()
            if name in required or part.get("examples")
        }
    if whole.get("type") == "array":
        return [_example(document, whole.get("items", {}))]
    return {"integer": 1, "boolean": True, "string": "…", "object": {}}.get(whole.get("type", ""))


def _curl(document: dict[str, Any], path: str, method: str, body: dict[str, Any]) -> str:
    parts = [f"curl -X {method.upper()} '{settings.SITE_URL}{path.replace('{id}', '1').replace('{code}', 'leads')}'"]
    parts.append("  -H 'Authorization: Bearer hc_…'")
    if method == "patch":
        parts.append("""  -H 'If-Match: "7"'""")
    if method in {"post", "patch"}:
        parts.append("  -H 'Content-Type: application/json' -H 'Idempotency-Key: 5f0c7f2e-9d1b'")
        parts.append(f"  -d '{json.dumps(_example(document, body), ensure_ascii=False)}'")
    return " \\\n".join(parts)


def refusals() -> list[tuple[int, str]]:
    return sorted(REFUSALS.items())


def curl_examples() -> list[tuple[str, str]]:
    """The calls that a reader tries first: (what, command)."""
    root, auth = f"{settings.SITE_URL}/api/v1", "-H 'Authorization: Bearer hc_…'"
    send = "-H 'Content-Type: application/json'"
    return [
        ("A page of clients, the newest first", f"curl {auth} \\\n  '{root}/clients/?sort=-created_at&limit=20'"),
        (
            "A lead from a web form, once however often it is sent",
            f"curl {auth} {send} \\\n  -H 'Idempotency-Key: 5f0c7f2e-9d1b-4b8e-9c58-2f8f2f8f2f8f' \\\n"
            f'  -d \'{{"name": "Ada Kohl", "email": "ada@bluehaven.example", "message": "Two partitions"}}\' \\\n'
            f"  '{root}/leads/'",
        ),
        (
            "A change that loses nobody else's",
            f"curl -X PATCH {auth} {send} \\\n"
            f"  -H 'If-Match: \"7\"' -d '{{\"segment\": \"gold\"}}' '{root}/clients/1/'",
        ),
    ]
