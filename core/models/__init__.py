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
from core.models.screens import Comment, Draft, Follow, SavedView, Tag, TagLink, UndoStep
from core.models.users import Role, RoleAssignment, RoleBranch, RoleGrant, Team, TeamMembership, User

__all__ = [
    "Attachment", "Binnable", "Branch", "Currency", "CustomValues", "Entity", "Event", "EventDelivery", "ExchangeRate", "Holiday",
    "IdempotencyKey", "LockingQuerySet", "NumberSequence", "Organization", "OutboxMessage", "Ownership",
    "PublicLink", "RecordLink", "Role", "RoleAssignment", "RoleBranch", "RoleGrant", "ScopedQuerySet", "StatusChange",
    "Tax", "TaxRate", "Team", "TeamMembership", "User", "WorkCalendar", "WorkShift", "append_only", "frozen_when",
    "kept_when",
    "Comment", "Draft", "Follow", "SavedView", "Tag", "TagLink", "UndoStep",
    "money_field", "percent_field", "price_field", "qty_field",
]  # fmt: skip
