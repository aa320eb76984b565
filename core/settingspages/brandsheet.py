"""The company's colour as a style sheet of a few tokens, served from its own address so that no page holds a style."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.generic import View

from core import brand
from core.ui.access import Open

YEAR = 31_536_000


class BrandSheet(Open, View):
    """The tokens that follow from a colour. The address names it, so a browser keeps it for a year."""

    why_open = "the sign-in page has the company's colour as well; a colour is no secret"

    def get(self, request: HttpRequest, colour: str) -> HttpResponse:
        try:
            known = brand.as_colour(colour)
        except ValueError as error:
            raise Http404("no colour") from error
        if not brand.is_readable(known):
            raise Http404("too pale")
        answer = HttpResponse(brand.style_sheet(known), content_type="text/css; charset=utf-8")
        answer["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return answer
