"""Accounts are made by an administrator; nobody signs up alone or moves an account to another address."""

import base64
import hashlib
from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from core.access import factors
from core.services import outbox


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """A link to the configured address: the Host header belongs to whoever asks."""
        user_key, _, token = key.partition("-")
        return settings.SITE_URL + reverse("account_reset_password_from_key", args=[user_key, token])

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mails about an account leave through the outbox: a page never waits for the mail server."""
        mail = self.render_mail(template_prefix, email, context)
        outbox.enqueue_mail(to=email, subject=mail.subject, text=mail.body, dedupe_key=f"account:{uuid4()}")


class FactorAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are stored encrypted, and a needed one is not given up."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not factors.is_last(authenticator)


def _box() -> MultiFernet:
    """Keys of our own made from the secret keys: the first encrypts, the older ones still open."""
    keys = [settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", [])]
    digests = (hashlib.sha256(f"second factors:{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def closed(request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
    """Stands where the account library offers what only an administrator does."""
    raise Http404


def login_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """The account that a failed sign-in counts against."""
    name = (credentials or {}).get("email") or request.POST.get("login")
    return name.strip().lower() if name else None


def client_address(request: HttpRequest) -> str:
    """Where a request came from, as the trusted proxies say; a header of the caller's own is not believed."""
    return str(get_adapter(request).get_client_ip(request))
