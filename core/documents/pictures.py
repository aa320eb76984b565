"""The pictures of one paper: logo, bar codes, QR codes. A drawing gets these and our fonts, and nothing else."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from uuid import UUID

from core.models import Attachment
from core.services.logos import LOGO

LONGEST_BARCODE = 30
BAR_MM = 0.3
SVG = "image/svg+xml"
_LOGO = re.compile(r"own:logo/([0-9a-f]{32})")


@dataclass(frozen=True)
class Own:
    content: bytes
    content_type: str


class Pictures:
    """Makes codes while a template is rendered, and hands them out by key while the paper is drawn."""

    def __init__(self) -> None:
        self._made: dict[str, Own] = {}

    def barcode(self, text: str) -> str:
        """The key of a Code 128 of `text`; empty when the text is too long or has letters the code does not know."""
        if not text or len(text) > LONGEST_BARCODE:
            return ""
        from barcode import Code128
        from barcode.errors import BarcodeError

        try:
            (bars,) = Code128(text).build()
        except BarcodeError:
            return ""
        path = "".join(f"M{found.start()} 0h{len(found.group())}v1h-{len(found.group())}z" for found in _bars(bars))
        size = f'width="{len(bars) * BAR_MM:.2f}mm" height="10mm"'
        return self._keep(
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {len(bars)} 1" preserveAspectRatio="none">'
            f'<path d="{path}"/></svg>'.encode()
        )

    def qr(self, text: str) -> str:
        """The key of a QR code of `text`, error correction M as banks ask for."""
        import segno

        out = io.BytesIO()
        segno.make(text, error="m", boost_error=False, micro=False).save(out, kind="svg", border=0, xmldecl=False)
        return self._keep(out.getvalue())

    def logo(self, key: str) -> str:
        return f"own:logo/{key}"

    def get(self, url: str) -> Own | None:
        """What stands behind a key; None for everything that is not ours."""
        found = _LOGO.fullmatch(url)
        return self._stored_logo(found.group(1)) if found else self._made.get(url)

    def _keep(self, content: bytes) -> str:
        key = f"own:code/{len(self._made) + 1}"
        self._made[key] = Own(content, SVG)
        return key

    def _stored_logo(self, key: str) -> Own | None:
        stored = Attachment.objects.filter(uuid=UUID(key), kind=LOGO).first()
        if stored is None:
            return None
        with stored.file.open("rb") as file:
            return Own(file.read(), stored.content_type)


def _bars(modules: str) -> list[re.Match[str]]:
    return list(re.finditer("1+", modules))
