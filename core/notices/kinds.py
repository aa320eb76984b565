"""The kinds of notices that exist. An app declares its own in `notices.py`; users choose per kind how they hear."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.notices.choices import Mail


@dataclass(frozen=True)
class Kind:
    """One kind, like `crm.lead_assigned`. `in_bell` and `mail` are where users start from."""

    code: str
    label: str | Promise
    icon: str = "bell"
    in_bell: bool = True
    mail: Mail = Mail.DIGEST


_kinds: dict[str, Kind] = {}


def declare(*kinds: Kind) -> None:
    """Make kinds known; a code is declared once."""
    for kind in kinds:
        if _kinds.get(kind.code, kind) != kind:
            raise RuntimeError(f"{kind.code} is declared twice")
        _kinds[kind.code] = kind


def kind_of(code: str) -> Kind:
    """Raises LookupError."""
    if code not in _kinds:
        raise LookupError(f"no kind of notice {code!r} is declared")
    return _kinds[code]


def declared() -> list[Kind]:
    return list(_kinds.values())


declare(
    Kind("core.mention", _("Somebody mentions me in a comment"), "at"),
    Kind("core.comment", _("A comment on a record that I follow"), "message"),
    Kind("core.followed", _("A record that I follow has changed"), "eye"),
    Kind("core.reminder", _("A reminder of mine is due"), "alarm", mail=Mail.NEVER),
    Kind("core.access_asked", _("Somebody asks me for access to a page"), "lock-open", mail=Mail.NOW),
    Kind("core.job_over", _("Work in the background is finished"), "progress-check", mail=Mail.NEVER),
)
