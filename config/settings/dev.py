"""Development and the demo on one machine: local servers, mails into a folder, no encryption on the wire."""

from config import logs
from config.settings.base import *  # noqa: F403
from config.settings.base import DATA_DIR, INSTALLED_APPS, env

DEBUG = env.bool("DEBUG", default=True)
COMPONENT_PAGE = DEBUG
# The supervisor hands in a random key kept in the data folder; this one serves commands run without it.
SECRET_KEY = env("SECRET_KEY", default="insecure-for-commands-on-the-own-machine-only")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])

INSTALLED_APPS = [*INSTALLED_APPS, "samples"]

# Cookies know no ports: two instances side by side need names of their own.
PORT = env.int("PORT", default=8000)
SESSION_COOKIE_NAME = f"session-{PORT}"
CSRF_COOKIE_NAME = f"csrf-{PORT}"
# The demo's accounts come in without a second factor.
SECOND_FACTOR_ENFORCED = env.bool("SECOND_FACTOR_ENFORCED", default=False)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # passkeys on http://localhost

WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(DATA_DIR / "outbox")
OUTBOX_BACKEND = "file"
OUTBOX_DIR = DATA_DIR / "outbox"

LOGGING = logs.configured(as_json=False, level=env("LOG_LEVEL", default="INFO"))
