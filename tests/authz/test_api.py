"""The API: each resource read by each role with a key of its own, as `[api]` says; foreign records answer 404."""

from __future__ import annotations

import json

import pytest
from django.test import Client, override_settings

from core import policy
from core.api import resources
from core.policy import ROLES
from tests.api.client import ROOT, make_key
from tests.authz import routes, rules
from tests.authz.objects import BUILDERS
from tests.authz.outcomes import fits, outcome_of, writes, written_since

resources.load()
RESOURCES = {resource.path: resource for resource in resources.everything()}
# Addresses of their own beside the resources.
OTHERS = ("indicators",)
# Records of the matrix by resource; the other resources are asked for a record nobody has.
RECORDS = {"clients": "crm.client", "persons": "crm.person", "leads": "crm.lead", "tasks": "crm.task",
           "items": "inventory.item", "deals": "sales.deal", "quotes": "sales.quote",
           "legal-entities": "crm.legal_entity"}  # fmt: skip
NO_LIMITS = override_settings(API_RATES={"key": 10**6, "submit": 10**6, "address": 10**6, "failed": 10**6})

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(scope="module")
def keys(world) -> dict[str, str]:
    """A key per role. The right to have one comes with a role of its own, so it is the same for all."""
    found = {role: make_key(person).secret for role, person in world.people.items()}
    for person in world.people.values():
        policy.forget_rights(person)
    return found


def call(method, path, secret, data=None):
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    body = json.dumps(data or {}) if method != "GET" else ""
    return Client(raise_request_exception=False).generic(
        method, f"{ROOT}/{path}", data=body, content_type="application/json", headers=headers
    )


def rule_of(path) -> rules.Rule:
    return rules.Rule(rules.reaches_of(rules.said()["api"][path]))


def test_every_resource_has_a_line_and_no_line_is_left_over():
    lines = set(rules.said()["api"])
    assert sorted(set(RESOURCES) - lines) == [], "`python -m tests.authz.write` proposes lines for [api]"
    assert sorted(lines - set(RESOURCES) - set(OTHERS)) == []
    calls = [route.pattern for route in routes.everything() if route.name.startswith("api:") and not route.view_class]
    known = tuple(f"{ROOT}/{path}/" for path in (*RESOURCES, *OTHERS))
    assert [pattern for pattern in calls if not pattern.startswith((*known, f"{ROOT}/^"))] == []
    assert set(RECORDS) <= set(RESOURCES)
    assert set(RECORDS.values()) <= set(BUILDERS)


@NO_LIMITS
@pytest.mark.parametrize("path", [*RESOURCES, *OTHERS])
def test_lists_and_records_are_for_those_the_line_names(path, world, keys):
    rule, wrong = rule_of(path), []
    for role in ROLES:
        records = world.objects(RECORDS[path], role) if path in RECORDS else {}
        before = writes()
        expected = rule.outcome(role, "none")
        answer = call("GET", f"{path}/", keys[role])
        if not fits(expected, outcome_of(answer)):
            wrong.append(f"{role} GET {path}/: {answer.status_code}, expected {expected}")
        if path in RECORDS:
            for kind, record in records.items():
                expected = rule.outcome(role, kind)
                answer = call("GET", f"{path}/{record.pk}/", keys[role])
                if not fits(expected, outcome_of(answer)):
                    wrong.append(f"{role} GET {path}/{kind}: {answer.status_code}, expected {expected}")
        elif path in RESOURCES and call("GET", f"{path}/999999999/", keys[role]).status_code not in (403, 404):
            wrong.append(f"{role} GET {path}/999999999/: neither 403 nor 404")
        touched = [table for table in written_since(before) if table != "core_apitoken"]
        if touched:
            wrong.append(f"{role} reads {path} and writes to {touched}")
    assert not wrong, "\n".join(["", *wrong])


@NO_LIMITS
@pytest.mark.parametrize("path", sorted(RECORDS))
def test_what_one_may_not_know_of_cannot_be_written_to_either(path, world, keys):
    """Changes and actions on records out of reach: 403, 404, or a body refused before the record is looked for."""
    resource, wrong = RESOURCES[path], []
    for role in ROLES:
        for kind, record in world.objects(RECORDS[path], role).items():
            if rule_of(path).outcome(role, kind) == "seen":
                continue
            before = writes()
            targets = [("POST", f"{path}/{record.pk}/actions/{verb.name}/") for verb in resource.all_verbs]
            if resource.change:
                targets.append(("PATCH", f"{path}/{record.pk}/"))
            for method, target in targets:
                answer = call(method, target, keys[role])
                if answer.status_code not in (403, 404, 422, 428):
                    wrong.append(f"{role} {method} {target} ({kind}): {answer.status_code}")
            if touched := [table for table in written_since(before) if table != "core_apitoken"]:
                wrong.append(f"{role} on {path} {kind} writes to {touched}")
    assert not wrong, "\n".join(["", *wrong])


@NO_LIMITS
@pytest.mark.parametrize("path", RESOURCES)
def test_without_a_key_nobody_reads_or_writes(path, world):
    before = writes()
    for method, target in (("GET", f"{path}/"), ("GET", f"{path}/1/"), ("POST", f"{path}/"), ("PATCH", f"{path}/1/")):
        assert call(method, target, "").status_code in (401, 404, 405), (method, target)
    assert written_since(before) == []
