"""Interactions and tasks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from core.api.filters import between, plain
from core.api.links import About, records_of
from core.api.resources import Call, Create, Resource, Verb, add
from core.api.types import BranchId, Flag, Input, Line, Moment, NoInput, Short, TeamId, Text, UserId, Whole
from crm.api.types import ClientId, PersonId, TaskId
from crm.models import Interaction, Task
from crm.services import interactions, tasks

Abouts = Annotated[list[About], Field(max_length=20, description="Other records it is about.")]


class InteractionIn(Input):
    kind: Literal["meeting", "call", "sms", "mail", "chat", "form"]
    at: Moment
    direction: Literal["in", "out", ""] = ""
    status: Literal["planned", "done", "missed"] = "done"
    subject: Line = Field("", examples=["Measured the hall"])
    body: Text = ""
    minutes: Whole = 0
    thread: Short = ""
    client_id: ClientId | None = None
    person_id: PersonId | None = None
    owner_id: UserId | None = None
    about: Abouts = []


class FinishInteraction(Input):
    minutes: Whole = 0
    body: Text = ""
    missed: Flag = False


def _log(call: Call) -> Interaction:
    links = records_of(call.data.about, call.user)
    return interactions.log_interaction(by=call.user, links=links, **call.values("about"))


def _finish_interaction(call: Call) -> Interaction:
    return interactions.finish_interaction(interaction_id=call.record.pk, at=call.at, by=call.user, **call.values())


class TaskIn(Input):
    title: Line = Field(examples=["Call back"])
    kind: Literal["general", "call", "pack", "install", "approve", "duty"] = "general"
    assignee_id: UserId | None = None
    team_id: TeamId | None = None
    branch_id: BranchId | None = None
    due_at: Moment | None = None
    needs_result: Flag = False
    needs: Annotated[list[TaskId], Field(max_length=50, description="Tasks to be done before.")] = []
    about: Abouts = []


class FinishTask(Input):
    result: Text = ""


def _create_task(call: Call) -> Task:
    links = records_of(call.data.about, call.user)
    return tasks.create_task(by=call.user, key=call.key, links=links, **call.values("about"))


def _start(call: Call) -> Task:
    return tasks.start_task(task_id=call.record.pk, by=call.user)


def _finish_task(call: Call) -> Task:
    return tasks.finish_task(task_id=call.record.pk, at=call.at, by=call.user, result=call.data.result)


def _block(call: Call) -> Task:
    return tasks.block_task(task_id=call.record.pk, by=call.user)


def _ready(call: Call) -> Task:
    return tasks.ready_task(task_id=call.record.pk, by=call.user)


def _cancel(call: Call) -> Task:
    return tasks.cancel_task(task_id=call.record.pk, by=call.user)


add(
    Resource(
        path="interactions",
        model=Interaction,
        doc="Meetings, calls and messages.",
        fields=(
            "kind", "direction", "status", "at", "minutes", "subject", "body", "thread", "client_id", "person_id",
            "owner_id",
        ),
        filters=(*plain("kind", "direction", "status", "client_id", "person_id", "owner_id"), *between("at")),
        sorts=("at", "updated_at"),
        create=Create(InteractionIn, _log, "Writes down a contact with a client or a person."),
        verbs=(
            Verb("finish", _finish_interaction, FinishInteraction, "Says that a planned one took place or was missed."),
        ),
    ),
    Resource(
        path="tasks",
        model=Task,
        doc="Work that somebody has to do.",
        fields=(
            "title", "kind", "status", "assignee_id", "team_id", "branch_id", "due_at", "needs_result", "result",
            "checklist", "done_at",
        ),
        filters=(*plain("kind", "status", "assignee_id", "team_id", "branch_id"), *between("due_at")),
        sorts=("due_at", "updated_at"),
        create=Create(TaskIn, _create_task, "Asks for work; it waits while a task it needs is open."),
        verbs=(
            Verb("start", _start, NoInput, "Takes a ready task into work."),
            Verb("finish", _finish_task, FinishTask, "Marks it as done and readies what waited for it alone."),
            Verb("block", _block, NoInput, "Holds an open task."),
            Verb("ready", _ready, NoInput, "Says that work on a waiting or blocked task can begin."),
            Verb("cancel", _cancel, NoInput, "Gives a task up."),
        ),
    ),
)  # fmt: skip
