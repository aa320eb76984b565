from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ClientStatus(TextChoices):
    PROSPECT = "prospect", _("Prospect")
    ACTIVE = "active", _("Active")
    DORMANT = "dormant", _("Dormant")
    BLOCKED = "blocked", _("Blocked")


class PersonStatus(TextChoices):
    ACTIVE = "active", _("Active")
    LEFT = "left", _("Left")


class ContactKind(TextChoices):
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    MESSENGER = "messenger", _("Messenger")
    WEB = "web", _("Web address")


class Consent(TextChoices):
    UNKNOWN = "unknown", _("Not asked")
    GIVEN = "given", _("Given")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class LeadStatus(TextChoices):
    NEW = "new", _("New")
    WORKING = "working", _("Working")
    QUALIFIED = "qualified", _("Qualified")
    REJECTED = "rejected", _("Rejected")


class InteractionKind(TextChoices):
    MEETING = "meeting", _("Meeting")
    CALL = "call", _("Call")
    SMS = "sms", _("SMS")
    MAIL = "mail", _("E-mail")
    CHAT = "chat", _("Chat")
    FORM = "form", _("Web form")


class Direction(TextChoices):
    IN = "in", _("Incoming")
    OUT = "out", _("Outgoing")


class InteractionStatus(TextChoices):
    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")
    MISSED = "missed", _("Missed")


class TaskStatus(TextChoices):
    TODO = "todo", _("Waiting")
    READY = "ready", _("Ready")
    DOING = "doing", _("In work")
    BLOCKED = "blocked", _("Blocked")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class TaskKind(TextChoices):
    GENERAL = "general", _("Task")
    CALL = "call", _("Call back")
    PACK = "pack", _("Pack and ship")
    INSTALL = "install", _("Install")
    APPROVE = "approve", _("Approve")
    DUTY = "duty", _("Duty of a stage")


class SourceChannel(TextChoices):
    WEB = "web", _("Web site")
    MAIL = "mail", _("Mailing")
    ADS = "ads", _("Advertising")
    FAIR = "fair", _("Fair")
    REFERRAL = "referral", _("Recommendation")
    PHONE = "phone", _("Phone")
    SHOP = "shop", _("Shop")
    OTHER = "other", _("Other")


class SubmissionState(TextChoices):
    RECEIVED = "received", _("Received")
    ACCEPTED = "accepted", _("Became a lead")
    QUARANTINED = "quarantined", _("In quarantine")
    RELEASED = "released", _("Released")
    DELETED = "deleted", _("Deleted")


class Doubt(TextChoices):
    """Why a submission waits for a person."""

    HONEYPOT = "honeypot", _("Filled in a field that people do not see")
    STAMP = "stamp", _("Not sent from our page")
    QUICK = "quick", _("Sent quicker than people type")
    LINKS = "links", _("Many links in the text")
    SENDER = "sender", _("Many from the same address")
    FLOOD = "flood", _("More than the form takes in an hour")
    FAILED = "failed", _("Could not be made a lead")


class QuestionKind(TextChoices):
    NAME = "name", _("Name")
    COMPANY = "company", _("Company")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    MESSAGE = "message", _("Message")
    BUDGET = "budget", _("Budget")
    TEXT = "text", _("Own question, one line")
    LONG = "long", _("Own question, several lines")
    CHOICE = "choice", _("Own question, one of several answers")
    YES = "yes", _("Own question, yes or no")
