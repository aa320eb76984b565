from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    """Adds its visits and complaints to the thread of an order, and says whose the parts of a visit are."""

    name = "support"
    verbose_name = _("Support")

    def ready(self) -> None:
        from inventory import ports as stock
        from sales import ports
        from support.selectors import answers

        ports.order_thread.joined_by(answers.order_thread)
        stock.sources_of.joined_by(answers.own_sources)
