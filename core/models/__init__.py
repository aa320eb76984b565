from core.models.access import ActingEnd, ActingSession, UserSession
from core.models.api import ApiToken, WebhookDelivery, WebhookEndpoint
from core.models.base import (
    Binnable,
    CustomValues,
    Entity,
    LockingQuerySet,
    Ownership,
    ScopedQuerySet,
    append_only,
    frozen_when,
    kept_when,
    money_field,
    percent_field,
    price_field,
    qty_field,
)
from core.models.customfields import CustomField, SetupStamp, SkippedStep, SwitchedOff
from core.models.documents import Document
from core.models.imports import ImportChange, ImportMapping, ImportRow, ImportRun
from core.models.jobs import Job, JobFile
from core.models.looks import Look
from core.models.machinery import (
    Attachment,
    Event,
    EventDelivery,
    IdempotencyKey,
    OutboxMessage,
    PublicLink,
    RecordLink,
    StatusChange,
)
from core.models.notices import Notice, NoticePreference, NoticeSettings, Reminder
from core.models.organisation import (
    Branch,
    Currency,
    ExchangeRate,
    Holiday,
    NumberSequence,
    Organization,
    Tax,
    TaxRate,
    WorkCalendar,
    WorkShift,
)
from core.models.screens import Comment, Draft, Follow, PinnedView, SavedView, Tag, TagLink, UndoStep
from core.models.search import SearchEntry
from core.models.users import Role, RoleAssignment, RoleBranch, RoleGrant, Team, TeamMembership, User

__all__ = [
    "ActingEnd", "ActingSession", "ApiToken", "Attachment", "Binnable", "Branch", "Comment", "Currency",
    "CustomField", "CustomValues", "Document", "Draft", "Entity", "Event", "EventDelivery", "ExchangeRate", "Follow",
    "Holiday", "IdempotencyKey", "ImportChange", "ImportMapping", "ImportRow", "ImportRun", "Job", "JobFile",
    "LockingQuerySet", "Look", "Notice", "NoticePreference", "NoticeSettings",
    "NumberSequence", "Organization", "OutboxMessage", "Ownership", "PinnedView", "PublicLink", "RecordLink",
    "Reminder", "Role", "RoleAssignment", "RoleBranch", "RoleGrant", "SavedView", "ScopedQuerySet", "SearchEntry",
    "SetupStamp", "SkippedStep", "StatusChange", "SwitchedOff", "Tag", "TagLink", "Tax", "TaxRate", "Team",
    "TeamMembership", "UndoStep", "User", "UserSession", "WebhookDelivery", "WebhookEndpoint", "WorkCalendar",
    "WorkShift", "append_only", "frozen_when", "kept_when", "money_field", "percent_field", "price_field", "qty_field",
]  # fmt: skip
