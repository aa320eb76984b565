"""What every answer gets, whichever view made it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from core.documents.figures import spoken
from core.notices.places import zone_of

View = Callable[[HttpRequest], HttpResponse]


def keep_personal_pages_out_of_caches(get_response: View) -> View:
    """What a signed-in person sees is stored by no browser and no proxy, unless a view says otherwise."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "Cache-Control" not in response and request.user.is_authenticated:
            response["Cache-Control"] = "no-store"
        return response

    return middleware


def say_what_pages_may_use(get_response: View) -> View:
    """The browser's devices that a page of ours may ask for; no other page of the browser shares our resources."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def by_the_users_clock(get_response: View) -> View:
    """Moments on pages are those of the user's time zone, and so is what he types; UTC where nobody is signed in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return get_response(request)
        with timezone.override(zone_of(request.user)):
            return get_response(request)

    return middleware


def in_the_users_language(get_response: View) -> View:
    """A signed-in person reads his own language, whatever the browser asks for; others read the browser's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return get_response(request)
        language = spoken(request.user.language)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.setdefault("Content-Language", language)
        return response

    return middleware
