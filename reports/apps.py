from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        import_module("reports.definitions")  # registers the indicators
        import_module("reports.dashboard.snapshots")  # names its background work

        from reports.selectors.plans import revenue_targets
        from sales import ports

        ports.revenue_targets.answered_by(revenue_targets)
