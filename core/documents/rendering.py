"""Papers drawn as PDF. Slow to import and to run: for workers, outside of transactions."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import weasyprint
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from core.documents.pictures import Own, Pictures

logger = logging.getLogger(__name__)
for chatty in ("weasyprint.progress", "fontTools"):
    logging.getLogger(chatty).setLevel(logging.WARNING)

FONT_FOLDER = "@fontsource-variable/inter/files"
# The font comes in files by script; each is a family of its own here, since one family may have one file.
SCRIPTS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese")
_one_at_a_time = Lock()  # the fonts are kept between drawings and are not made for threads


@dataclass(frozen=True)
class Sheet:
    """A paper to draw: the facts as they came back from their snapshot."""

    template: str
    facts: Any
    language: str
    is_draft: bool = False


@dataclass(frozen=True)
class Drawn:
    content: bytes
    pages: int


class NotOurs(ValueError):
    """A paper asked for something from outside; it goes without."""


class OwnFiles(URLFetcher):
    """Serves our fonts and the pictures of one paper by their keys, and refuses all else: no file, no network."""

    def __init__(self, pictures: Pictures | None = None) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._pictures = pictures

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        found = font(url) or (self._pictures.get(url) if self._pictures else None)
        if found is None:
            logger.warning("a paper asked for something that is not ours", extra={"url": url[:200]})
            raise NotOurs(url[:200])
        return URLFetcherResponse(url, found.content, {"Content-Type": found.content_type})


def font(url: str) -> Own | None:
    """The font file of a key such as `own:font/latin`."""
    scheme, _slash, script = url.partition("own:font/")
    if scheme or script not in SCRIPTS:
        return None
    path = Path(settings.NODE_MODULES) / FONT_FOLDER / f"inter-{script}-wght-normal.woff2"
    return Own(path.read_bytes(), "font/woff2")


def family(script: str) -> str:
    return "Inter" if script == "latin" else f"Inter {script}"


@cache
def style() -> tuple[Any, FontConfiguration]:
    """The style sheet and the fonts, read once per process."""
    fonts = FontConfiguration()
    faces = "".join(
        f"@font-face{{font-family:'{family(script)}';src:url(own:font/{script}) format('woff2')}}" for script in SCRIPTS
    )
    families = ",".join(f"'{family(script)}'" for script in SCRIPTS)
    own = Path(settings.BASE_DIR, "templates", "documents", "paper.css").read_text()
    text = f"{faces}html,.foot{{font-family:{families},sans-serif}}{own}"
    return weasyprint.CSS(string=text, font_config=fonts, url_fetcher=OwnFiles()), fonts


def html_of(sheet: Sheet, pictures: Pictures) -> str:
    """The paper as a page, in its language."""
    with translation.override(sheet.language):
        return render_to_string(
            sheet.template,
            {"paper": sheet.facts, "is_draft": sheet.is_draft, "language": sheet.language, "pictures": pictures},
        )


def draw(sheets: Sequence[Sheet]) -> Drawn:
    """Draw papers into one PDF; each begins on a page of its own and counts its own pages."""
    with _one_at_a_time:
        css, fonts = style()
        drawn = []
        for sheet in sheets:
            pictures = Pictures()
            html = weasyprint.HTML(string=html_of(sheet, pictures), url_fetcher=OwnFiles(pictures), base_url=None)
            drawn.append(html.render(stylesheets=[css], font_config=fonts))
        pages = [page for document in drawn for page in document.pages]
        out = io.BytesIO()
        drawn[0].copy(pages).write_pdf(out)
        return Drawn(out.getvalue(), len(pages))
