from crm.models.clients import Client, LegalEntity, Source
from crm.models.leads import Lead, LeadRoute
from crm.models.persons import ContactPoint, Person, PersonRole
from crm.models.webforms import WebForm, WebFormSubmission
from crm.models.work import Interaction, Task, TaskDependency

__all__ = [
    "Client", "ContactPoint", "Interaction", "Lead", "LeadRoute", "LegalEntity", "Person", "PersonRole", "Source",
    "Task", "TaskDependency", "WebForm", "WebFormSubmission",
]  # fmt: skip
