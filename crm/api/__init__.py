"""What the API shows of clients, people, leads and work, and what it can do with them."""

from crm.api import clients, leads, persons, work

__all__ = ["clients", "leads", "persons", "work"]
