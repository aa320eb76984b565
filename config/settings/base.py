"""What holds everywhere. Values that differ by place come from the environment; none of them is a secret."""

import logging
from pathlib import Path

import environ
import pghistory
from django.utils.translation import gettext_lazy as _

from config import connections
from config.devstack import places
from config.settings.access import *  # noqa: F403
from config.settings.tasks import *  # noqa: F403

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = places.chosen_data_folder()
LOCAL_SERVERS = places.at(DATA_DIR)  # used where the environment names no servers

INSTALLED_APPS = [
    "config",
    "django.contrib.admin.apps.SimpleAdminConfig",  # see config.administration
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",  # the built-in widget templates, which FORM_RENDERER looks for among the apps
    "django_htmx",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "pghistory",
    "pgtrigger",
    "django_celery_beat",
    "django_celery_results",
    "django_structlog",
    "core",
    "crm",
    "inventory",
    "sales",
    "production",
    "finance",
    "support",
    "marketing",
    "reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.keep_personal_pages_out_of_caches",
    "config.middleware.say_what_pages_may_use",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.access.middleware.AccessMiddleware",
    "config.middleware.by_the_users_clock",
    "config.middleware.in_the_users_language",
    "config.logs.RequestLine",
    "core.access.middleware.History",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "core.ui.steady.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                ),
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "core.ui.shell.shell",
            ],
        },
    },
]
COMPONENT_PAGE = False  # all parts of the interface on one page, for those who build it
FORM_RENDERER = "core.ui.widgets.Renderer"
FILTERS_EMPTY_CHOICE_LABEL = _("Any")  # a filter that narrows nothing
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

DATABASES = {
    "default": connections.database(
        env("DATABASE_URL", default=LOCAL_SERVERS.database_url),
        planned=env.bool("DB_PLANNED", default=True),
    ),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
# History is looked up by the record it is of and by its context; nobody asks by what else a record pointed at.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True)
PGHISTORY_CONTEXT_FIELD = pghistory.ContextForeignKey(db_index=True)

REDIS_URL = env("REDIS_URL", default=LOCAL_SERVERS.redis_url)
CELERY_BROKER_URL = connections.broker(REDIS_URL)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": connections.cache(REDIS_URL),
        "KEY_PREFIX": "hypercrm",
    },
}
# How core.events hands an event to its handlers: "celery" wakes a worker after commit, "inline" runs them.
EVENTS_DELIVERY = "celery"

DJANGO_STRUCTLOG_CELERY_ENABLED = True
# A task that began, or did what it should, is no news.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_TASK_SUCCESS_LOG_LEVEL = logging.DEBUG

LANGUAGE_CODE = "en"
# In their own words: whoever looks for his language reads no other.
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("ru", "Русский")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
# A receipt of a thousand lines is one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
TIME_ZONE = "UTC"
USE_TZ = True

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.staticstorage.PlainStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.npmfinder.NpmFinder",
]
NODE_MODULES = BASE_DIR / "node_modules"
ICONS_DIR = NODE_MODULES / "@tabler" / "icons" / "icons" / "outline"
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(DATA_DIR / "media")))

# The address people use, for links in mails and documents; never taken from a request's Host header.
SITE_URL = env("SITE_URL", default="http://localhost:8000")
# Roles that need a second factor (core.access.factors).
# Whoever did not ask to stay signed in on his computer is signed out after so many minutes without doing anything; a
# warning comes before. 0 switches it off.
IDLE_MINUTES = env.int("IDLE_MINUTES", default=120)
SECOND_FACTOR_ENFORCED = env.bool("SECOND_FACTOR_ENFORCED", default=True)
SECOND_FACTOR_GRACE_DAYS = env.int("SECOND_FACTOR_GRACE_DAYS", default=0)
# How many proxies stand in front of us, each adding the address it was called from.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Hyper CRM <crm@localhost>")
