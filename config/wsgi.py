"""Entry of the web server.

Only here requests are given time limits in the database: management commands and workers do long work that
must not be cut, so the limits are set for this process before the settings are read.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
os.environ.setdefault("DB_LOCK_TIMEOUT_MS", "5000")
os.environ.setdefault("DB_STATEMENT_TIMEOUT_MS", "30000")

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

application = get_wsgi_application()
# The pages are loaded here, before the server forks: its processes share them, and no first visitor waits for them.
_pages = get_resolver().url_patterns
