"""The questions of a web form: which there are, how they are stored, and what a lead learns from the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.errors import InvalidValue
from crm.choices import QuestionKind
from crm.errors import NoWayToAnswer
from crm.models import WebForm

OWN = (QuestionKind.TEXT, QuestionKind.LONG, QuestionKind.CHOICE, QuestionKind.YES)
MOST = 20
LABEL_LENGTH = 120
MOST_OPTIONS = 20


@dataclass(frozen=True)
class Question:
    """One question. A standard one is there once and known by its kind; own ones have keys q1, q2, …"""

    key: str
    kind: str
    label: str = ""
    required: bool = False
    options: list[str] = field(default_factory=list)

    @property
    def is_own(self) -> bool:
        return self.kind in OWN

    @property
    def words(self) -> str:
        """What the visitor reads: the label, or the kind in his language."""
        return self.label or str(QuestionKind(self.kind).label)


STANDARD = (
    Question("name", "name", required=True),
    Question("company", "company"),
    Question("email", "email", required=True),
    Question("phone", "phone"),
    Question("message", "message", required=True),
)


def questions_of(form: WebForm) -> list[Question]:
    return [Question(**row) for row in form.fields]


def stored(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """Questions as the form keeps them, checked. Raises NoWayToAnswer and InvalidValue."""
    keys = [question.key for question in questions]
    if len(keys) > MOST:
        raise InvalidValue(field=_("Questions"), problem=_("at most %(most)d") % {"most": MOST})
    if len(set(keys)) < len(keys):
        raise InvalidValue(field=_("Questions"), problem=_("each only once"))
    if not {"email", "phone"} & set(keys):
        raise NoWayToAnswer
    for question in questions:
        _check(question)
    return [asdict(question) for question in questions]


def _check(question: Question) -> None:
    if question.kind not in QuestionKind.values or (not question.is_own and question.key != question.kind):
        raise InvalidValue(field=_("Questions"), problem=_("unknown kind"))
    if question.is_own and not question.label.strip():
        raise InvalidValue(field=_("Questions"), problem=_("write what is asked"))
    if len(question.label) > LABEL_LENGTH:
        raise InvalidValue(field=_("Questions"), problem=_("too long"))
    if question.kind == QuestionKind.CHOICE and not 2 <= len(question.options) <= MOST_OPTIONS:
        problem = _("%(label)s needs 2 to 20 answers to choose from") % {"label": question.label}
        raise InvalidValue(field=_("Questions"), problem=problem)


def next_key(questions: Sequence[Question]) -> str:
    """The key of another own question: higher than all that are there."""
    numbers = [int(question.key[1:]) for question in questions if question.is_own]
    return f"q{max(numbers, default=0) + 1}"


def lead_values(form: WebForm, said: Mapping[str, Any]) -> dict[str, Any]:
    """What a lead learns: the standard answers in their places, own ones as lines of the message."""
    questions = questions_of(form)
    values: dict[str, Any] = {
        question.key: str(said.get(question.key) or "").strip()
        for question in questions
        if not question.is_own and question.kind != QuestionKind.BUDGET
    }
    own = [
        f"{question.words}: {said[question.key]}"
        for question in questions
        if question.is_own and said.get(question.key)
    ]
    values["message"] = "\n".join(part for part in (values.get("message", ""), *own) if part)
    budget = said.get("budget")
    values["budget"] = Decimal(str(budget)) if budget not in (None, "") else None
    return values
