from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    """Adds its visits and complaints to the thread of an order."""

    name = "support"
    verbose_name = _("Support")

    def ready(self) -> None:
        from sales import ports
        from support.selectors import answers

        ports.order_thread.joined_by(answers.order_thread)
