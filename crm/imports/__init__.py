"""What can be imported into crm: clients, persons and leads."""

from crm.imports import clients, leads, persons

__all__ = ["clients", "leads", "persons"]
