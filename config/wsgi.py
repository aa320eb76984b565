"""Entry of the web server; `config.webserver` says how it runs."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

from importlib import import_module

from django.core.wsgi import get_wsgi_application
from django.db import Error, connection
from django.urls import get_resolver

application = get_wsgi_application()
# The pages are loaded here, before the server forks: its processes share them, and no first visitor waits for them.
_names = get_resolver().reverse_dict


def load_api_if_used() -> bool:
    """Where somebody has a key the API is loaded before the fork as well; elsewhere its first call loads it."""
    from core.models import ApiToken

    try:
        is_used = ApiToken.objects.filter(revoked_at=None).exists()
    except Error:  # no database yet, or an empty one
        is_used = False
    finally:
        connection.close()  # a connection is nothing to share between processes
    if is_used:
        import_module("config.api")
    return is_used


load_api_if_used()
