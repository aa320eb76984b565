"""The link to the crew's form: made, shown as a code, revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.ui.drafts import new_key
from core.ui.toasts import toast
from support.forms import LinkForm
from support.services import crew_links
from support.views.visits import OfVisit


class VisitLink(OfVisit):
    """Make a link: it is shown once, as address and QR code, and goes by mail where an address is named."""

    heading = gettext_lazy("Link for the crew")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._ask(LinkForm(), new_key(), 200)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form, key = LinkForm(request.POST), request.POST.get("key", "") or new_key()
        if not form.is_valid():
            return self._ask(form, key, 422)
        user: Any = request.user
        expires_at = timezone.now() + timedelta(days=form.cleaned_data["days"])
        try:
            made = crew_links.hand_out_link(
                visit_id=pk, expires_at=expires_at, mail_to=form.cleaned_data["mail_to"], language=user.language,
                key=key, by=user,
            )  # fmt: skip
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self._ask(form, key, 409)
        code = _qr_code(made.url) if made.url else ""
        return self.page("support/visit_link_made.html", made=made, code=code, expires_at=expires_at)

    def _ask(self, form: LinkForm, key: str, status: int) -> HttpResponse:
        live = crew_links.live_links(self.visit, timezone.now())
        return self.page("support/visit_link.html", status, form=form, key=key, links=live)


class VisitLinkRevoke(OfVisit):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        count = crew_links.revoke_link(visit_id=pk, at=timezone.now(), by=request.user)  # type: ignore[arg-type]
        toast(request, _("The links no longer open.") if count else _("No link was open."))
        return HttpResponseRedirect(self.card)


def _qr_code(address: str) -> str:
    import segno  # only this step draws

    return str(segno.make(address, error="m", micro=False).svg_data_uri(border=2, scale=6, light="white"))
