"""Accounts are made by an administrator; nobody signs up alone."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def login_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """The account that a failed sign-in counts against, the same for the sign-in page and for the admin."""
    credentials = credentials or {}
    name = credentials.get("email") or credentials.get("username") or request.POST.get("login")
    return name.strip().lower() if name else None
