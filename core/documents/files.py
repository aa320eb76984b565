"""Files of records: attached, shown, deleted. Who may know of the record may open its files."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views import View

from core.documents import selectors
from core.documents.forms import FileForm
from core.documents.panels import files_of
from core.documents.views import answer_part, came_from, harden
from core.errors import DomainError, NotAllowed
from core.models import Attachment
from core.services.attachments import FILE, delete_file, store_file
from core.ui.access import Guarded
from core.ui.toasts import toast

SHOWN_INSIDE = frozenset({"image/jpeg", "image/png"})  # pictures we drew ourselves; all else is downloaded


def answer_with(found: Attachment, *, download: bool = False) -> HttpResponseBase:
    """A stored file as an answer. Pictures are shown in the page, everything else is downloaded, nothing is run."""
    try:
        content = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    inside = found.content_type in SHOWN_INSIDE and not download
    response = FileResponse(content, as_attachment=not inside, filename=found.name, content_type=found.content_type)
    return harden(response)


class FileView(Guarded, View):
    action: ClassVar[str | None] = None

    def parent(self, record_type: ContentType, record_id: int) -> Any:
        record = selectors.parent_of(record_type, record_id, self.request.user)  # type: ignore[arg-type]
        if record is None:
            raise Http404
        return record

    def attachment(self, uuid: Any) -> tuple[Attachment, Any]:
        found = Attachment.objects.select_related("record_type").filter(uuid=uuid).first()
        if found is None:
            raise Http404
        return found, self.parent(found.record_type, found.record_id)

    def answer(self, record: Any, *, error: Any = None, status: int = 200) -> HttpResponseBase:
        """The panel for htmx; without, back to where the form stood, a refusal told there."""
        if self.request.headers.get("HX-Request"):
            context = {"record": record, "error": error, **files_of(record, self.request.user)}
            return answer_part(self.request, "documents/_files.html", context, status=status)
        if error is not None:
            toast(self.request, error, level="bad")
        return redirect(selectors.address_of(record) or came_from(self.request))


class FileNew(FileView):
    """Attach a file; `type` is the model as in `crm.client`, `record` its key."""

    action = "core.attach_file"

    def post(self, request: HttpRequest) -> HttpResponseBase:
        app, _dot, model = request.POST.get("type", "").partition(".")
        key = request.POST.get("record", "")
        record_type = ContentType.objects.filter(app_label=app, model=model).first()
        if record_type is None or not key.isdigit() or len(key) > 18:
            raise Http404
        record = self.parent(record_type, int(key))
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.answer(record, error=" ".join(map(str, form.errors["file"])), status=422)
        upload = form.cleaned_data["file"]
        try:
            store_file(record=record, name=upload.name, content=upload.read(), by=request.user)  # type: ignore[arg-type]
        except (DomainError, RequestDataTooBig) as refused:
            return self.answer(record, error=refused, status=409)
        return self.answer(record)


class FileShow(FileView):
    """A file of a record."""

    def get(self, request: HttpRequest, uuid: Any) -> HttpResponseBase:
        found, _record = self.attachment(uuid)
        return answer_with(found, download="download" in request.GET)


class FileDelete(FileView):
    action = "core.attach_file"

    def post(self, request: HttpRequest, uuid: Any) -> HttpResponseBase:
        found, record = self.attachment(uuid)
        if found.kind != FILE:
            raise Http404
        try:
            delete_file(attachment_id=found.pk, by=request.user)  # type: ignore[arg-type]
        except NotAllowed as refused:
            raise PermissionDenied from refused
        return self.answer(record)
