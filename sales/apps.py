from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SalesConfig(AppConfig):
    name = "sales"
    verbose_name = _("Sales")

    def ready(self) -> None:
        from crm import ports as crm_ports
        from inventory import ports
        from sales.selectors.sources import own_sources
        from sales.services import mailing  # noqa: F401 - names who mails quotes
        from sales.services.late_costs import book_late_costs
        from sales.services.leads import qualify_lead

        ports.value_follows.joined_by(book_late_costs)
        ports.sources_of.joined_by(own_sources)
        crm_ports.qualify.answered_by(qualify_lead)
