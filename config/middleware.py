"""What every answer gets, whichever view made it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

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
