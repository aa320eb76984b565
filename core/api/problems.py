"""Refusals as `application/problem+json` (RFC 9457): a stable code, words for people, and the fields concerned."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from core.errors import DomainError, InvalidValue, NotAllowed, StaleVersion

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
STATUS_OF: dict[type[DomainError], int] = {NotAllowed: 403, StaleVersion: 412, InvalidValue: 422}


class Refusal(Exception):
    """The door itself says no, before any service was called."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: dict[str, list[str]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.headers = errors or {}, headers or {}

    @classmethod
    def of_field(cls, name: str, problem: str) -> Refusal:
        return cls(422, "invalid", "Some values cannot be used.", errors={name: [problem]})


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: dict[str, list[str]] | None = None,
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    """An answer that says what went wrong: `type` is the stable code for programs."""
    body: dict[str, Any] = {"type": code, "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    if errors:
        body["errors"] = errors
    return HttpResponse(json.dumps(body), status=status, content_type=MEDIA_TYPE, headers=headers)


def of_domain(error: DomainError) -> HttpResponse:
    """A rule of the business said no."""
    status = next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 409)
    errors = {str(error.params["field"]): [str(error.params["problem"])]} if isinstance(error, InvalidValue) else None
    return problem(status, error.code, str(error), errors=errors)


def _of_refusal(_request: HttpRequest, error: Refusal) -> HttpResponse:
    return problem(error.status, error.code, error.detail, errors=error.errors, headers=error.headers)


def _of_input(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What pydantic found, by the dotted place in the body or the name of the parameter."""
    errors: dict[str, list[str]] = {}
    for found in error.errors:
        place = [str(part) for part in found["loc"][1:] if part not in {"payload", "parameters"}]
        errors.setdefault(".".join(place) or "body", []).append(found["msg"])
    return problem(422, "invalid", "Some values cannot be used.", errors=errors)


def _of_django_input(_request: HttpRequest, error: DjangoValidationError) -> HttpResponse:
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    return problem(422, "invalid", "Some values cannot be used.", errors=by_field)


def _of_http(_request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error, Throttled):
        seconds = str(max(1, round(error.wait or 1)))
        detail = f"Too many requests; try again in {seconds} seconds."
        return problem(429, "too_many_requests", detail, headers={"Retry-After": seconds})
    if isinstance(error, AuthenticationError):
        detail = "A valid key is needed: send the header “Authorization: Bearer …”."
        return problem(401, "not_authenticated", detail, headers={"WWW-Authenticate": "Bearer"})
    if error.status_code == 400:
        return problem(400, "malformed", "The body is not JSON that can be read.")
    return problem(error.status_code, "refused", str(error))


def _of_missing(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return problem(404, "not_found", "There is no such record.")


def _of_database(request: HttpRequest, error: Exception) -> HttpResponse:
    """The database kept a promise that nobody explained beforehand."""
    cause = getattr(error.__cause__, "pgcode", "") or ""
    logger.info("the database refused a call of the API", extra={"pgcode": cause, "path": request.path})
    if cause == "23505":
        return problem(409, "already_exists", "Another record has this value already, and it may exist only once.")
    if isinstance(error, DataError):
        return problem(422, "invalid", "A value lies outside of what can be stored.")
    return problem(409, "refused", "This does not fit what is stored already.")


def _of_permission(_request: HttpRequest, _error: PermissionDenied) -> HttpResponse:
    return problem(403, "not_allowed", "You have no right to do this.")


def _of_waiting(_request: HttpRequest, error: OperationalError) -> HttpResponse:
    logger.warning("a call of the API was given up", exc_info=error)
    return problem(503, "busy", "The server is busy; try again.", headers={"Retry-After": "5"})


def _of_suspicion(_request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
    if isinstance(error, RequestDataTooBig):
        return problem(413, "too_large", "The body is too large.")
    return problem(400, "malformed", "The request cannot be understood.")


def _of_bug(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.exception("a call of the API failed", exc_info=error, extra={"path": request.path})
    return problem(500, "internal", "Something went wrong here; it was noted and will be looked into.")


def install(api: NinjaAPI) -> None:
    """Let every error of the API leave in this shape."""
    handlers: dict[Any, Any] = {
        Exception: _of_bug,
        DomainError: lambda _request, error: of_domain(error),
        Refusal: _of_refusal,
        ValidationError: _of_input,
        DjangoValidationError: _of_django_input,
        HttpError: _of_http,
        AuthenticationError: _of_http,
        Throttled: _of_http,
        Http404: _of_missing,
        ObjectDoesNotExist: _of_missing,
        PermissionDenied: _of_permission,
        IntegrityError: _of_database,
        DataError: _of_database,
        OperationalError: _of_waiting,
        SuspiciousOperation: _of_suspicion,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
