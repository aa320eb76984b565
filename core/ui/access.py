"""Who may open a page: every view of ours says so, and the authorization matrix reads what it says."""

from __future__ import annotations

from inspect import isabstract
from typing import Any, ClassVar

from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from core import policy
from core.ui import switches


def refuse_what_is_off(request: HttpRequest, *, switch: str = "", action: str | None = None) -> None:
    """Raise Http404 when the address, the function or the action belongs to something that is switched off."""
    match = request.resolver_match
    app = match.app_names[0] if match is not None and match.app_names else ""
    if not (switches.app_is_on(app) and switches.is_on(switch) and (action is None or switches.may_act(action))):
        raise Http404("switched off")


class Guarded(AccessMixin):
    """A page for signed-in people who hold the right `action`.

    `action = None` is for every signed-in person and has to be said. Without the right the answer is 403; whether
    a single record may be known of is the business of the queryset (`visible_to`), which answers 404. So does a page
    of a switched-off module or function (`switch`), for everybody.
    """

    action: ClassVar[str | None]
    switch: ClassVar[str] = ""
    raise_exception = False

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """A page that does not do all its base asks for is refused when it gets its address, not when it is opened."""
        if isabstract(cls):
            raise TypeError(f"{cls.__name__} lacks {', '.join(sorted(cls.__abstractmethods__))}")  # type: ignore[attr-defined]
        return super().as_view(**initkwargs)  # type: ignore[misc]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        action = self.needed_action()
        refuse_what_is_off(request, switch=self.switch, action=action)
        if action is not None and not policy.allows(request.user, action):
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def needed_action(self) -> str | None:
        """The right this request needs; a view that needs another one for POST overrides it."""
        if not hasattr(self, "action"):
            raise ImproperlyConfigured(f"{type(self).__name__} does not say which action it needs")
        return self.action


class Open:
    """A page without a sign-in: it says why it may be."""

    why_open: ClassVar[str]
    switch: ClassVar[str] = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        refuse_what_is_off(request, switch=self.switch)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
