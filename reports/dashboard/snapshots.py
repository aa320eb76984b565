"""The dashboard as a PDF, made in the background with the rights its reader has by then."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from core import policy
from core.access.scope import Scope
from core.jobs.running import Running, runs
from reports.dashboard.frame import Frame
from reports.dashboard.making import dashboard
from reports.periods import Days

KIND = "reports.snapshot"


@runs(KIND)
def make_snapshot(job: Running) -> None:
    """Draw the dashboard of the days asked for; doing it twice replaces the file."""
    user: Any = job.by
    if not policy.allows(user, "reports.view_dashboard"):
        job.finish({str(_("Refused")): _("You have no right to the dashboard.")})
        return
    asked = job.params
    first, last, until = (date.fromisoformat(asked[name]) for name in ("since", "last", "until"))
    days = Days(first, last, until)
    frame = Frame(user, days, timezone.localdate(), Scope(*asked["scope"]), asked["against"])
    content = pdf_of(frame, show=asked["show"])
    job.keep_file(f"dashboard-{days.first.isoformat()}-{days.last.isoformat()}.pdf", content, "application/pdf")
    job.finish({str(_("Period")): days.label})


def pdf_of(frame: Frame, *, show: str = "money") -> bytes:
    """The dashboard drawn on paper: the same figures, charts as the server's SVG."""
    import weasyprint  # slow to import: workers only

    from core.documents.rendering import OwnFiles, style

    _own, fonts = style()
    context = {**dashboard(frame, show=show), "made_at": timezone.localtime()}
    html = render_to_string("reports/dashboard_pdf.html", context)
    out = io.BytesIO()
    weasyprint.HTML(string=html, url_fetcher=OwnFiles(), base_url=None).write_pdf(
        out, stylesheets=[weasyprint.CSS(string=faces(), font_config=fonts, url_fetcher=OwnFiles())], font_config=fonts
    )
    return out.getvalue()


def faces() -> str:
    """The style sheet, with the fonts of the papers, one family for each script."""
    from core.documents.rendering import SCRIPTS, family

    own = "".join(
        f"@font-face{{font-family:'{family(script)}';src:url(own:font/{script}) format('woff2')}}" for script in SCRIPTS
    )
    families = ",".join(f"'{family(script)}'" for script in SCRIPTS)
    sheet = Path(settings.BASE_DIR, "templates", "reports", "dashboard_pdf.css").read_text()
    return f"{own}html{{font-family:{families},sans-serif}}{sheet}"
