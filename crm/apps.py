from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrmConfig(AppConfig):
    name = "crm"
    verbose_name = _("Clients")

    def ready(self) -> None:
        from core.notices import ports as notice_ports
        from crm.selectors import due

        notice_ports.digest_parts.joined_by(due.digest_parts)
