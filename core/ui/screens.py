"""Small actions of every page: undo, drafts, saved views, comments, tags and follows. Each answers a plain form."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.generic import View

from core.errors import DomainError
from core.models import SavedView, Team
from core.ui import drafts, layouts, registers, remarks, undo, views
from core.ui.access import Guarded
from core.ui.toasts import toast


class Signed(Guarded, View):
    """For every signed-in person, unless a view below names an action."""

    action: ClassVar[str | None] = None


def back(request: HttpRequest, otherwise: str = "/") -> str:
    """Where the form stood; never another site."""
    wanted = request.POST.get("next") or request.headers.get("referer", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else otherwise


class Undo(Signed):
    def post(self, request: HttpRequest, uuid: Any) -> HttpResponse:
        try:
            done, kept = undo.take_back(uuid=uuid, by=request.user, at=timezone.now())
        except DomainError as refused:
            toast(request, refused, level="bad")
        else:
            toast(request, _("Taken back.") if done else _("Nothing was left to take back."), level="info")
            for reason in kept[:2]:
                toast(request, reason, level="warn")
        return HttpResponseRedirect(back(request))


class SaveDraft(Signed):
    """The autosave of a form: answers with the moment, or takes the draft away."""

    def post(self, request: HttpRequest) -> JsonResponse:
        form = request.POST.get("draft_form", "")
        if not form:
            return JsonResponse({}, status=400)
        if "forget" in request.POST:
            drafts.forget(user=request.user, form=form)
            return JsonResponse({"forgotten": True})
        data = {name: request.POST.getlist(name) for name in request.POST if name != "draft_form"}
        kept = drafts.keep(user=request.user, form=form, data=data)
        return JsonResponse({"saved_at": kept.saved_at.isoformat()})


class ViewForm(Signed):
    """Name the present list as a view, or change one: GET shows the form, POST keeps it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, request.GET)

    def post(self, request: HttpRequest) -> HttpResponse:
        asked: Any = request.POST
        register = _register(request, asked.get("register", ""))
        query = views.query_of(register, request.user, asked.get("address", ""))
        team = asked.get("team", "")
        wanted: dict[str, Any] = {
            "scope": asked.get("scope") or "private",
            "team_id": int(team) if team.isdigit() else None,
        }
        try:
            if asked.get("view", "").isdigit():
                changes = {"name": asked.get("name", ""), "query": query, **wanted}
                saved = views.change_view(view_id=int(asked["view"]), changes=changes, by=request.user)
            else:
                saved = views.save_view(
                    register=register.key, name=asked.get("name", ""), query=query, by=request.user, **wanted
                )
            if "pinned" in asked:
                views.pin_view(view_id=saved.pk, pinned=True, by=request.user)
        except DomainError as refused:
            return self._page(request, asked, refused=refused, status=409)
        except SavedView.DoesNotExist as error:
            raise Http404 from error
        toast(request, _("The view “%(name)s” was saved.") % {"name": saved.name})
        return HttpResponseRedirect(views.address_of(saved))

    def _page(self, request: HttpRequest, asked: Any, *, refused: Any = None, status: int = 200) -> HttpResponse:
        register = _register(request, asked.get("register", ""))
        view = None
        if asked.get("view", "").isdigit():
            view = get_object_or_404(views.visible_views(request.user).distinct(), pk=asked["view"])
        user: Any = request.user
        context = {
            "register": register,
            "list_url": register.url("list"),
            "view": view,
            "name": asked.get("name", view.name if view and view.owner_id == user.pk else ""),
            "is_own": view is not None and view.owner_id == user.pk,
            "address": asked.get("address", ""),
            "back_url": views.stood_at(register, asked.get("address", "")),
            "refused": refused,
            "may_share": views.may_share(user),
            "teams": Team.objects.filter(members=user) | Team.objects.filter(leader=user),
            "is_pinned": view is not None and view.pinned_by.filter(pk=user.pk).exists(),
        }
        return render(request, "ui/view_form.html", context, status=status)


class ViewDelete(Signed):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = get_object_or_404(views.visible_views(request.user).distinct(), pk=pk)
        try:
            views.delete_view(view_id=view.pk, by=request.user)
            toast(request, _("The view “%(name)s” is gone.") % {"name": view.name})
        except DomainError as refused:
            toast(request, refused, level="bad")
        layout = layouts.of(view.query)
        return HttpResponseRedirect(layout.address() if layout else registers.by_key(view.register).url("list"))


class ViewPin(Signed):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = get_object_or_404(views.visible_views(request.user).distinct(), pk=pk)
        views.pin_view(view_id=view.pk, pinned="off" not in request.POST, by=request.user)
        return HttpResponseRedirect(back(request, views.address_of(view)))


class OfRecord(Signed):
    """An action on a record named by register and key; one the user may not know of answers 404."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            self.register = _register(request, kwargs["register"])
            self.record = get_object_or_404(self.register.visible_to(request.user), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def done(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(back(request, self.register.url_of(self.record)))


class AddComment(OfRecord):
    def post(self, request: HttpRequest, register: str, pk: int) -> HttpResponse:
        try:
            remarks.add_comment(
                register=register,
                record_id=pk,
                text=request.POST.get("text", ""),
                at=timezone.now(),
                by=request.user,
                key=request.POST.get("key") or None,
            )
        except DomainError as refused:
            toast(request, refused, level="warn")
        return self.done(request)


class SetTags(OfRecord):
    def post(self, request: HttpRequest, register: str, pk: int) -> HttpResponse:
        try:
            names = request.POST.get("names", "").split(",")
            remarks.tag(register=register, record_id=pk, names=names, by=request.user)
        except DomainError as refused:
            toast(request, refused, level="bad")
        return self.done(request)


class SetFollow(OfRecord):
    def post(self, request: HttpRequest, register: str, pk: int) -> HttpResponse:
        wanted = "off" not in request.POST
        remarks.follow(register=register, record_id=pk, wanted=wanted, by=request.user)
        toast(
            request,
            _("You will be told what happens here.") if wanted else _("You no longer follow this."),
            level="info",
        )
        return self.done(request)


def _register(request: HttpRequest, key: str) -> registers.Register:
    """The register of a key that comes from outside, if the user may see its records at all."""
    try:
        register = registers.by_key(key)
    except LookupError as error:
        raise Http404 from error
    if not register.may(request.user, register.view_action):  # type: ignore[arg-type]
        raise Http404
    return register
