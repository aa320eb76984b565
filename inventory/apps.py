from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    name = "inventory"
    verbose_name = _("Inventory")

    def ready(self) -> None:
        """Answer what the roles of `core` ask, and name the warehouse's own documents."""
        from core.access import ports
        from inventory import ports as stock
        from inventory.selectors import sources, warehouses
        from inventory.services.purchasing import mailing

        assert mailing.KIND  # noqa: S101 - a worker knows the job when its module is read
        ports.warehouses.answered_by(warehouses.names)
        stock.sources_of.joined_by(sources.own_sources)
