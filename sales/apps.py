from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SalesConfig(AppConfig):
    name = "sales"
    verbose_name = _("Sales")

    def ready(self) -> None:
        from inventory import ports
        from sales.services.late_costs import book_late_costs

        ports.value_follows.joined_by(book_late_costs)
