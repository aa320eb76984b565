from dataclasses import dataclass


@dataclass(frozen=True)
class LeadReceived:
    """Somebody showed interest; the submission is stored and has an owner."""

    lead_id: int


@dataclass(frozen=True)
class LeadQualified:
    """A lead became a client with a deal."""

    lead_id: int


@dataclass(frozen=True)
class LeadRejected:
    """A lead came to nothing; its reason is stored."""

    lead_id: int


@dataclass(frozen=True)
class TaskDone:
    """A task is finished; those that waited for it alone are ready."""

    task_id: int


@dataclass(frozen=True)
class LeadAssigned:
    """An open lead got another owner; `by_id` gave it to him, None stands for the system."""

    lead_id: int
    owner_id: int
    by_id: int | None = None


@dataclass(frozen=True)
class TaskAssigned:
    """Work was given to somebody; `by_id` gave it to him, None stands for the system."""

    task_id: int
    assignee_id: int
    by_id: int | None = None
