"""Tests: the same system, but quick and talking to nobody."""

import tempfile
from pathlib import Path

from config.settings.dev import *  # noqa: F403
from config.settings.dev import DATABASES, MIDDLEWARE

DEBUG = False
COMPONENT_PAGE = True
SECRET_KEY = "tests-only"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

# A connection that a server thread keeps would hold the test database when it is to be dropped.
DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EVENTS_DELIVERY = "inline"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
AXES_ENABLED = False
ACCOUNT_RATE_LIMITS = False  # type: ignore[assignment]

EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = Path(tempfile.gettempdir()) / "hypercrm-test-media"
OUTBOX_DIR = Path(tempfile.gettempdir()) / "hypercrm-test-outbox"
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise")]
