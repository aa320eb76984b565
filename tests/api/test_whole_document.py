"""Machine-made calls to every address: whatever is sent, the API answers as its document says and never with 5xx."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.api import api
from core.api import resources
from tests.api.client import Caller
from tests.api.company import one_of_each
from tests.factories.core import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OPERATIONS: list[Any] = [
    result.ok()  # type: ignore[union-attr]
    for result in schemathesis.openapi.from_dict(api.whole_document).get_all_operations()
]
EXAMPLES = int(os.environ.get("API_EXAMPLES", "2"))  # per address and kind of call; nights have time for more


@pytest.fixture
def caller(db: Any, settings: Any) -> Iterator[Caller]:
    """A caller who may do everything; the requests share the connection and the transaction of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    settings.API_RATES = dict.fromkeys(("key", "submit", "address", "failed"), 10_000_000)
    one_of_each()
    yield Caller(make_user("administrator"))
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def existing_id(path: str) -> int | None:
    """The key of a record that the address is about."""
    name = path.split("/")[3]
    try:
        rows = resources.by_path(name).model._default_manager.order_by("-pk")
    except LookupError:
        return None
    return rows.values_list("pk", flat=True).first()


def tried_out(operation: Any, caller: Caller, mode: GenerationMode) -> str | None:
    """What went wrong with made-up calls of one operation; most of them go to a record that exists."""
    headers, known = {"Authorization": f"Bearer {caller.new.secret}"}, existing_id(operation.path)

    @hypothesis_settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode), meet=st.integers(0, 3))
    def call(case: Any, meet: int) -> None:
        if "id" in (case.path_parameters or {}) and known and meet:
            case.path_parameters["id"] = known
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS)

    try:
        call()
    except BaseExceptionGroup as errors:
        return f"{operation.label}: {errors.exceptions[0]}"
    except Exception as error:
        return f"{operation.label}: {error}"
    return None


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["valid", "broken"])
def test_no_call_gets_a_server_error_and_every_answer_is_as_described(caller: Caller, mode: GenerationMode) -> None:
    failures, application = [], WSGIHandler()
    for operation in OPERATIONS:
        operation.app = application
        failures.append(tried_out(operation, caller, mode))
    assert "\n\n".join(failure for failure in failures if failure) == ""
