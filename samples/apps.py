from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SamplesConfig(AppConfig):
    name = "samples"
    verbose_name = _("Samples")

    def ready(self) -> None:
        """Answer whether the demo company may be loaded, so that core need not know of it."""
        from core import ports
        from samples.demo import loading

        ports.demo_company_offer.answered_by(loading.is_offered)
        ports.load_demo_company.answered_by(loading.start)
