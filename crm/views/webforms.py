"""The card of a web form, its questions, and what it holds back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.generic import View

from core import policy
from core.errors import DomainError
from core.ui import cells, registers
from core.ui.access import Guarded
from core.ui.records import Act, RecordScreen, Stat
from core.ui.toasts import toast
from crm.choices import QuestionKind
from crm.models import WebForm, WebFormSubmission
from crm.selectors.webforms import figures_of
from crm.services import submissions, webforms
from crm.webform_forms import VisitorForm
from crm.webforms import LABEL_LENGTH, OWN, Question, next_key, questions_of


class WebFormCard(RecordScreen):
    def badges(self) -> Iterator[SafeString]:
        yield cells.tag(_("Open"), "ok") if self.record.is_active else cells.tag(_("Closed"))

    def acts(self) -> list[Act]:
        form, made = self.record, []
        if policy.allows(self.user, "crm.manage_webforms", form):
            made.append(
                Act(_("Questions"), "list-details", reverse("crm:webform_fields", args=[form.pk]), primary=True)
            )
        if form.is_active:
            made.append(Act(_("Open the form"), "external-link", reverse("crm:webform_public", args=[form.key])))
        return made

    def stats(self) -> list[Stat]:
        found = figures_of(self.record)
        share = f"{found.leads * 100 // found.sent} %" if found.sent else ""
        waits = _("%(count)d wait for you") % {"count": found.waiting} if found.waiting else _("Nothing waits")
        return [
            Stat(_("Sent"), found.sent),
            Stat(_("Became leads"), found.leads, share),
            Stat(_("Held back"), found.held, waits, "warn" if found.waiting else ""),
            Stat(_("Became deals"), found.qualified),
        ]


class OfWebForm(Guarded, View):
    action = "crm.manage_webforms"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            self.webform = get_object_or_404(WebForm.objects.visible_to(request.user), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)


class WebFormQuestions(OfWebForm):
    """The questions in their order, and how the form looks. Each button keeps what was typed in all rows."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(questions_of(self.webform), self.webform.version)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = request.POST.get("version", "")
        questions = _after(request.POST.get("do", ""), _typed(request.POST), request.POST)
        try:
            self.webform = webforms.set_questions(
                webform_id=pk,
                questions=questions,
                version=int(version) if version.isdigit() else None,
                by=request.user,  # type: ignore[arg-type]
            )
        except DomainError as refused:
            return self._page(questions, version, refused=refused, status=409)
        if request.htmx:  # type: ignore[attr-defined]
            return self._page(questions_of(self.webform), self.webform.version, saved=True)
        toast(request, _("Saved."))
        return HttpResponseRedirect(request.path)

    def _page(self, questions: list[Question], version: Any, *, status: int = 200, **more: Any) -> HttpResponse:
        used = {question.kind for question in questions}
        shown = WebForm(
            **{
                name: getattr(self.webform, name)
                for name in ("name", "title", "intro", "consent_text", "button_text", "colour")
            }
        )
        shown.fields = [replace(question).__dict__ for question in questions]
        context = {
            "webform": self.webform,
            "questions": questions,
            "kinds": [kind for kind in QuestionKind if kind in OWN or kind not in used],
            "version": version,
            "card": registers.by_key("crm.webform").url_of(self.webform),
            "preview": VisitorForm(webform=shown),
            **more,
        }
        part = "crm/webforms/_questions.html" if self.request.htmx else "crm/webforms/questions.html"  # type: ignore[attr-defined]
        response = render(self.request, part, context, status=status)
        response["Vary"] = "HX-Request"
        return response


def _typed(data: Any) -> list[Question]:
    """The rows as they stand in the form; whoever sends a key twice has it once."""
    found = {}
    for key in data.getlist("key")[:50]:
        kind = data.get(f"kind_{key}", "")
        options = [line.strip()[:LABEL_LENGTH] for line in data.get(f"options_{key}", "").splitlines() if line.strip()]
        found[key] = Question(
            key=key,
            kind=kind,
            label=data.get(f"label_{key}", "").strip(),
            required=f"required_{key}" in data,
            options=options if kind == QuestionKind.CHOICE else [],
        )
    return list(found.values())


def _after(wish: str, questions: list[Question], data: Any) -> list[Question]:
    """The questions after the pressed button: moved, taken away, one more, or as they are."""
    verb, _colon, key = wish.partition(":")
    place = next((number for number, question in enumerate(questions) if question.key == key), None)
    if verb == "add":
        kind = data.get("new_kind", "")
        return [*questions, _new(kind, questions)] if kind in QuestionKind.values else questions
    if place is None:
        return questions
    moved = [*questions]
    question = moved.pop(place)
    if verb == "up":
        moved.insert(max(place - 1, 0), question)
    elif verb == "down":
        moved.insert(place + 1, question)
    elif verb != "remove":
        return questions
    return moved


def _new(kind: str, questions: list[Question]) -> Question:
    if kind not in OWN:
        return Question(kind, kind)
    options = [_("First answer"), _("Second answer")] if kind == QuestionKind.CHOICE else []
    return Question(next_key(questions), kind, label=_("Your question"), options=options)


class OfSubmission(Guarded, View):
    """What a person decides about a submission that is held back."""

    action = "crm.sort_submissions"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            forms = WebForm.objects.visible_to(request.user)
            rows = WebFormSubmission.objects.filter(form__in=forms).select_related("form")
            self.submission = get_object_or_404(rows, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def decide(self, request: HttpRequest) -> str:
        raise NotImplementedError

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            toast(request, self.decide(request))
        except DomainError as refused:
            toast(request, refused, level="bad")
        return HttpResponseRedirect(registers.by_key("crm.webform").url_of(self.submission.form))


class ReleaseSubmission(OfSubmission):
    def decide(self, request: HttpRequest) -> str:
        user: Any = request.user
        done = submissions.release_submission(submission_id=self.submission.pk, at=timezone.now(), by=user)
        return _("It is a lead now: %(lead)s") % {"lead": done.lead}


class DeleteSubmission(OfSubmission):
    def decide(self, request: HttpRequest) -> str:
        user: Any = request.user
        submissions.delete_submission(submission_id=self.submission.pk, at=timezone.now(), by=user)
        return _("It is deleted.")
