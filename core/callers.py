"""Where a request came from."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The network address of a caller, as the trusted proxies say; a header of the caller's own is not believed."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:  # a socket without an address: all of its callers share one budget
        return "unknown"
