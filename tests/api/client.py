"""A caller of the API for tests: a key, JSON in and out."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.test import Client as Browser
from django.utils import timezone

from core.api.services.tokens import NewToken, make_token
from core.models import User
from tests.factories.core import give_role, make_user

ROOT = "/api/v1"


def caller_role() -> Any:
    """A role that may use the API and nothing else, so that tests add it to any role."""
    from core import policy
    from core.choices import Reach
    from core.models import Role, RoleGrant

    policy.sync_roles()
    role, _made = Role.objects.get_or_create(code="api-caller", defaults={"name": "Calls the API"})
    RoleGrant.objects.get_or_create(role=role, action="core.use_api", defaults={"reach": Reach.OWN})
    return role


def make_key(user: User, *scopes: str) -> NewToken:
    """A key of a user, with all scopes unless some are named; the right to have keys is given if it is missing."""
    caller_role()
    if not user.role_assignments.filter(role__code="api-caller").exists():
        give_role(user, "api-caller")
    now = timezone.now()
    wanted = scopes or ("all",)
    return make_token(
        name="Test", scopes=wanted, known_scopes=wanted, expires_at=now + timedelta(days=30), at=now, by=user
    )


class Caller:
    """Calls as a user, with a key of its own."""

    def __init__(self, user: User | str, *scopes: str) -> None:
        self.user = make_user(user) if isinstance(user, str) else user
        self.new = make_key(self.user, *scopes)
        self.browser = Browser(raise_request_exception=False)

    def send(self, method: str, path: str, data: Any = None, **headers: str) -> Any:
        address = path if path.startswith(("http", ROOT)) else f"{ROOT}{path}"
        options: dict[str, Any] = {"headers": {"Authorization": f"Bearer {self.new.secret}", **headers}}
        if data is not None:
            options |= {"data": data if isinstance(data, (str, bytes)) else json.dumps(data)}
            options["content_type"] = "application/json"
        return self.browser.generic(method, address.removeprefix("http://localhost:8000"), **options)

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def post(self, path: str, data: Any = None, **headers: str) -> Any:
        return self.send("POST", path, {} if data is None else data, **headers)

    def patch(self, path: str, data: Any, **headers: str) -> Any:
        return self.send("PATCH", path, data, **headers)
