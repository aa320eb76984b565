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
