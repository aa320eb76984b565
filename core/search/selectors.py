"""Finding records: in lists of one kind, and across all kinds that a user may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import add, or_
from typing import Any, TypeVar, cast

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import IntegerField, Model, Q, QuerySet, Value
from django.db.models.functions import Length

from core import policy
from core.actors import Actor
from core.models import SearchEntry
from core.search import kinds, pages
from core.search.kinds import Searched
from core.search.queries import Query
from core.ui import switches

M = TypeVar("M", bound=Model)

FEWEST_LETTERS = 2
SHORTEST_SERIES = 4  # digits that a number of a document ends with at least
MUCH_LESS = 0.35  # what is so much less alike than the best is no likely meaning
FEW = 2  # with so many hits nobody needs to be told what he may have meant
CANDIDATES = 60
PER_KIND = 4
EXACT, BEGINNING, WORD, ANYWHERE, ALIKE = range(5)


def matching(queryset: QuerySet[M], text: str) -> QuerySet[M]:
    """Narrow rows of a searched model to those found by a text: all its words occur.

    The text is folded as the entries are; words under three letters find beginnings of words only. An empty text
    narrows nothing, one of punctuation alone finds nothing. Raises LookupError for a model that is not searched.
    """
    query = Query(text.lstrip("#> "))
    keys = [kind.key for kind in kinds.of(queryset.model)]
    if not query.text:
        return queryset
    if not query.words:
        return queryset.none()
    entries = SearchEntry.objects.filter(query.anywhere(), kind__in=keys)
    return queryset.filter(pk__in=entries.values("record_id"))


@dataclass(frozen=True)
class Hit:
    """One found record: the entry, its kind, and how well it fits (EXACT is best)."""

    entry: SearchEntry
    kind: Searched
    tier: int

    @property
    def url(self) -> str:
        return pages.address(self.kind, self.entry.record_id)


def find(user: Actor, text: str, limit: int = 8, *, only: str = "") -> list[Hit]:
    """The best records of all kinds the user may see and open, or of the kind `only`; one statement, two for typos.

    Numbers, phones and tax numbers that fit as a whole stand first, then names that begin so, words that begin so,
    parts of words, and, where little was found, what is written alike. With `#` only numbers count. No statement
    reads a foreign record, so none is found and none is counted.
    """
    query = Query(text)
    reached = dict(reachable(user, only))
    if (
        query.is_command
        or not reached
        or len(query.code or "".join(query.parts)) < (1 if query.is_number else FEWEST_LETTERS)
    ):
        return []
    tiers = _by_number(query, reached) if query.is_number else _by_text(query, reached)
    hits = _best(tiers, query)
    if len(hits) < FEW and not query.is_number:
        known = {hit.entry.pk for hit in hits}
        hits += [hit for hit in _alike(query, reached) if hit.entry.pk not in known]
    return hits[:limit] if only else _mixed(hits, limit)


def reachable(user: Actor, only: str = "") -> Iterator[tuple[str, Q]]:
    """The kinds whose records the user may see and open, each with the condition of what he reaches."""
    for kind in kinds.everything():
        wanted = only in {"", kind.key} and switches.is_on(kind.switch) and switches.may_act(kind.action)
        if wanted and policy.allows(user, kind.action) and pages.may_open(user, kind):
            yield kind.key, Q(kind=kind.key) & policy.reach_q(user, kind.action, cast("type[Model]", kind))


def _all(reached: dict[str, Q]) -> Q:
    return reduce(or_, reached.values())


def _tier(rows: QuerySet[SearchEntry], tier: int, limit: int) -> QuerySet[SearchEntry]:
    return rows.annotate(tier=Value(tier, output_field=IntegerField()))[:limit]


def _by_number(query: Query, reached: dict[str, Q]) -> QuerySet[SearchEntry]:
    """Records whose number holds what was typed; the whole one and the end of it first."""
    mine = SearchEntry.objects.filter(_all(reached))
    if len(query.code) < 3:
        begun = _tier(mine.filter(number__startswith=query.code).order_by("number"), WORD, CANDIDATES)
        if not query.code.isdigit():
            return begun
        whole = query.code.zfill(SHORTEST_SERIES)  # nobody types the zeros of SO-2026-00044
        return _tier(mine.filter(number__endswith=whole, text__contains=whole), EXACT, CANDIDATES).union(
            begun, all=True
        )
    return _tier(mine.filter(number=query.code), EXACT, CANDIDATES).union(
        _tier(mine.filter(number__endswith=query.code, text__contains=query.code), WORD, CANDIDATES),
        _tier(mine.filter(number__contains=query.code, text__contains=query.code), ANYWHERE, CANDIDATES),
        all=True,
    )


def _by_text(query: Query, reached: dict[str, Q]) -> QuerySet[SearchEntry]:
    """Candidates of every tier in one statement.

    Each part has its limit and an order that an index gives, so that a text which half the records hold costs no
    more than one that few do.
    """
    mine = SearchEntry.objects.filter(_all(reached))
    begins = reduce(or_, (Q(sort_key__startswith=text) for text in query.folded))
    parts = [
        _tier(mine.filter(begins).order_by("sort_key"), BEGINNING, CANDIDATES),
        _tier(mine.filter(query.anywhere()).order_by("spread"), ANYWHERE, CANDIDATES),
    ]
    if query.codes:
        parts.append(_tier(mine.filter(number__in=query.codes), EXACT, CANDIDATES))
        if len(query.code) > 4:
            whole = reduce(or_, (Q(text__contains=f" {code} ") for code in query.codes))
            parts.append(_tier(mine.filter(whole), EXACT, CANDIDATES))
    first, *others = parts
    return first.union(*others, all=True)


def _best(rows: Iterable[Any], query: Query) -> list[Hit]:
    """Each entry once, in its best tier."""
    best: dict[int, Hit] = {}
    for entry in rows:
        tier = WORD if entry.tier == ANYWHERE and query.begins_words(entry.text) else entry.tier
        known = best.get(entry.pk)
        if known is None or tier < known.tier:
            best[entry.pk] = Hit(entry, kinds.by_key(entry.kind), tier)
    return sorted(best.values(), key=lambda hit: (hit.tier, hit.kind.order, len(hit.entry.title), hit.entry.sort_key))


def _alike(query: Query, reached: dict[str, Q]) -> list[Hit]:
    """Entries with words written much like those of the query, the most alike first."""
    words = [word.spellings[0][0] for word in query.words if word.is_long]
    if not words:
        return []
    # Word by word: one that is right should not make up for one that means something else.
    likeness = reduce(add, (TrigramWordSimilarity(word, "text") for word in words)) / float(len(words))
    rows = SearchEntry.objects.filter(query.much_alike(), _all(reached)).annotate(likeness=likeness)
    best: list[Any] = list(rows.order_by("-likeness", Length("text"), "pk")[:CANDIDATES])
    enough = best[0].likeness - MUCH_LESS if best else 0
    return [Hit(entry, kinds.by_key(entry.kind), ALIKE) for entry in best if entry.likeness >= enough]


def _mixed(hits: list[Hit], limit: int) -> list[Hit]:
    """The best of each tier, but no kind takes all the room while others wait."""
    taken: list[Hit] = []
    waiting: list[Hit] = []
    for hit in hits:
        same = sum(other.kind is hit.kind for other in taken)
        (waiting if same >= PER_KIND - 1 and hit.tier > EXACT else taken).append(hit)
    chosen = set(map(id, [*taken, *waiting][:limit]))
    return [hit for hit in hits if id(hit) in chosen]
