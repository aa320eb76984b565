from celery.signals import task_prerun
from django.apps import AppConfig
from django.core.signals import request_started
from django.db.models.signals import post_delete, post_migrate, post_save
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """Reads what every app declares: its actions, its event handlers and its ledger checks."""

    name = "core"
    verbose_name = _("Core")

    def ready(self) -> None:
        from core import policy, setup
        from core.access import receivers  # noqa: F401 - importing connects them
        from core.documents import batches  # noqa: F401 - importing declares its jobs
        from core.documents import panels as document_panels
        from core.imports import jobs  # noqa: F401 - importing names who runs them
        from core.models import Organization
        from core.search import checking, installing  # noqa: F401 - importing declares the check
        from core.selectors import currency

        autodiscover_modules(
            "actions",
            "handlers",
            "ledgers",
            "registers",
            "navigation",
            "setuppages",
            "panels",
            "imports",
            "papers",
            "jobs",
            "notices",
            "switches",
            "search",
            "webhooks",
            "firststeps",
        )
        document_panels.connect()
        post_migrate.connect(policy.sync_roles, sender=self, dispatch_uid="core.sync_roles")
        request_started.connect(setup.forget, dispatch_uid="core.setup")
        task_prerun.connect(setup.forget, dispatch_uid="core.setup")
        for changed in (post_save, post_delete):
            changed.connect(currency.forget, sender=Organization, dispatch_uid="core.currency")
        post_migrate.connect(installing.sync, sender=self, dispatch_uid="core.sync_search")
