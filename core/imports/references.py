"""What cells of any profile may name: people, branches, currencies, countries."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.imports.fields import CellError, ImportField, Kind, Reference
from core.models import Branch, Currency, User

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pl", "cs", "sv", "ru", "uk")
OWNER_WORDS = (
    "owner", "responsible", "sales rep", "salesperson", "account manager", "agent", "sales agent", "betreuer",
    "verantwortlich", "verkäufer", "responsable", "propriétaire", "commercial", "ответственный", "менеджер", "opiekun",
)  # fmt: skip


def _users(texts: Iterable[str], _by: Actor) -> dict[str, list[Any]]:
    """Users by e-mail or by first and last name; capitals do not matter."""
    asked = {text.lower(): text for text in texts}
    full_name = Lower(Concat(F("first_name"), Value(" "), F("last_name")))
    rows = User.objects.annotate(mail=Lower("email"), full_name=full_name)
    found: dict[str, list[Any]] = {}
    wanted = Q(mail__in=asked) | Q(full_name__in=asked)
    for pk, mail, name in rows.filter(wanted).values_list("pk", "mail", "full_name"):
        for text in {mail, name} & set(asked):
            found.setdefault(asked[text], []).append(pk)
    return found


def user(name: str = "owner_id", **changes: Any) -> ImportField:
    changes.setdefault("synonyms", OWNER_WORDS)
    return ImportField(name, gettext_lazy("owner"), Kind.REFERENCE, resolver=_users, **changes)


def branch(name: str = "branch_id", **changes: Any) -> ImportField:
    changes.setdefault("synonyms", ("branch", "office", "regional office", "filiale", "niederlassung", "филиал"))
    reference = Reference(Branch, ("code", "name"))
    return ImportField(name, gettext_lazy("branch"), Kind.REFERENCE, reference=reference, **changes)


def currency(name: str = "currency_id", **changes: Any) -> ImportField:
    changes.setdefault("synonyms", ("currency", "currency code", "währung", "devise", "moneda", "валюта", "waluta"))
    reference = Reference(Currency, ("code",))
    return ImportField(name, gettext_lazy("currency"), Kind.REFERENCE, reference=reference, max_length=3, **changes)


@cache
def _countries() -> dict[str, str]:
    from babel import Locale

    found: dict[str, str] = {}
    for language in LANGUAGES:
        for code, word in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                found.setdefault(word.lower(), code)
                found.setdefault(code.lower(), code)
    return found | {"usa": "US", "uk": "GB", "great britain": "GB", "england": "GB", "holland": "NL", "россия": "RU"}


def country_code(text: str) -> str:
    """The two letters of a country that is named by them or in words. Raises CellError."""
    code = _countries().get(text.strip().lower())
    if code is None:
        raise CellError(_("“{text}” is no country; write two letters such as DE, or its name.").format(text=text[:40]))
    return code
