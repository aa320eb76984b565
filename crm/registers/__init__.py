from crm.registers.clients import Clients
from crm.registers.leads import Leads
from crm.registers.persons import Persons

__all__ = ["Clients", "Leads", "Persons"]
