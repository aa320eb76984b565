"""Pages that clients open by a link, without a sign-in. They never show a cost."""

from __future__ import annotations

import base64
import binascii
from typing import Any, ClassVar

from django.db.models import Model
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.views import View

from core.actors import SYSTEM
from core.documents.figures import spoken
from core.documents.services import request_paper
from core.documents.views import harden
from core.errors import DomainError, LinkNotUsable
from core.models import Document
from core.services.attachments import Picture, clean_picture
from core.services.public_links import read_link
from core.ui.access import Open

LARGEST_DRAWING = 600_000
PNG = "data:image/png;base64,"


class PublicPage(Open, View):
    """What a token opens, in the client's language. A wrong, old or withdrawn one meets one and the same answer."""

    why_open = "opened by the signed link in the client's mail"
    purpose: ClassVar[str]
    model: ClassVar[type[Model]]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            link = read_link(token=kwargs["token"], purpose=self.purpose, model=self.model, at=timezone.now())
        except LinkNotUsable:
            return self._guarded(render(request, "sales/link_closed.html", status=404))
        self.record = self.find(link.record_id)
        with translation.override(spoken(self.language())):
            return self._guarded(super().dispatch(request, *args, **kwargs))

    def find(self, record_id: int) -> Any:
        raise NotImplementedError

    def language(self) -> str:
        raise NotImplementedError

    def _guarded(self, response: HttpResponseBase) -> HttpResponseBase:
        """The address is the key: it goes to nobody else, is not kept and not found by search engines."""
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response.setdefault("Cache-Control", "private, no-store")
        return response

    def paper(self, kind: str, record_id: int) -> HttpResponseBase:
        """The newest finished PDF; where there is none yet, a worker is asked and the page says to come back."""
        try:
            asked = request_paper(kind=kind, record_id=record_id, by=SYSTEM)
        except DomainError as refused:
            return render(self.request, "sales/paper_later.html", {"refused": refused}, status=409)
        document = asked if asked.is_ready else self._last_ready(asked)
        if document is None:
            return render(self.request, "sales/paper_later.html", {"back": self.back()}, status=202)
        try:
            content = document.file.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        inside = "download" not in self.request.GET
        response = FileResponse(
            content, as_attachment=not inside, filename=document.name, content_type="application/pdf"
        )
        return harden(response)

    def _last_ready(self, asked: Document) -> Document | None:
        same = Document.objects.filter(record_type=asked.record_type_id, record_id=asked.record_id, kind=asked.kind)
        return same.filter(state="ready", is_draft=False).order_by("-number").first()

    def back(self) -> str:
        return self.request.path.rsplit("paper/", 1)[0]


def drawn_signature(text: str) -> Picture | None:
    """The picture that was drawn with finger or mouse, made anew; nothing where nothing was drawn.

    Raises NotAPicture and PictureTooLarge.
    """
    if not text.startswith(PNG) or len(text) > LARGEST_DRAWING:
        return None
    try:
        content = base64.b64decode(text.removeprefix(PNG), validate=True)
    except (binascii.Error, ValueError):
        return None
    return clean_picture(name="signature.png", content=content) if content else None
