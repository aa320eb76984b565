from crm.registers.clients import Clients
from crm.registers.leads import Leads
from crm.registers.persons import Persons
from crm.registers.webforms import WebForms

__all__ = ["Clients", "Leads", "Persons", "WebForms"]
