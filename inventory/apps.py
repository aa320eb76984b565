from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    name = "inventory"
    verbose_name = _("Inventory")

    def ready(self) -> None:
        """Answer what the roles of `core` ask: to which warehouses one can be limited."""
        from core.access import ports
        from inventory.selectors import warehouses

        ports.warehouses.answered_by(warehouses.names)
