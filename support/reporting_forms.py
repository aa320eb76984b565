"""From a filled form to what a crew reports; the phone and the office use the same."""

from __future__ import annotations

from typing import Any

from support.forms import ReportForm
from support.services.visits import Upload, VisitReport


def report_of(form: ReportForm) -> VisitReport:
    """The report of a valid form. Files are read here: what is not wanted was refused before."""
    data = form.cleaned_data
    return VisitReport(
        remark=data["remark"].strip(),
        signed_by=data["signed_by"].strip(),
        parts=form.parts,
        photos=[_upload(one) for one in data["photos"]],
        signature=_upload(data["signature"]) if data["signature"] else None,
        signed_on_paper=data["signed_on_paper"],
        sent_ahead=form.sent_ahead,
        left=data["left"].strip() if data["outcome"] == "part" else "",
        serials=data["serials"].strip(),
        hours=data["hours"],
    )


def _upload(file: Any) -> Upload:
    return Upload(file.name, file.read())
