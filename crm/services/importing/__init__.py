"""Clients, persons and leads out of files: set-wise, by the same rules as one by one."""

from crm.services.importing.clients import import_clients
from crm.services.importing.leads import import_leads
from crm.services.importing.persons import import_persons

__all__ = ["import_clients", "import_leads", "import_persons"]
