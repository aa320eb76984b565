"""Asks the product for every truth and says how the answers compare."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from samples.truths import aw_buyers, aw_goods, aw_parties, aw_sales, aw_works, opportunities
from samples.truths.compare import differences, plain, without_fields
from samples.truths.registry import NotLoaded, answerer_of

ANSWERS = (aw_buyers, aw_goods, aw_parties, aw_sales, aw_works, opportunities)  # importing them registers their answers


class Verdict(Enum):
    MATCHED = "matched"
    DIFFERS = "differs"
    NO_REPORT = "no report yet"


@dataclass(frozen=True)
class Finding:
    """One truth with the verdict; `places` says where and how it differs."""

    truth_id: str
    verdict: Verdict
    places: tuple[tuple[str, Any, Any], ...] = ()


def read_truths(path: str) -> list[dict[str, Any]]:
    """The truths of a folder with truths.json, or of that file itself."""
    file = Path(path) / "truths.json" if Path(path).is_dir() else Path(path)
    if not file.is_file():
        raise CommandError(f"{file} is missing.")
    return list(json.loads(file.read_text(encoding="utf-8"))["truths"])


def check(truth: dict[str, Any]) -> Finding:
    """Compare one truth with the product's own answer."""
    known = answerer_of(truth["id"])
    if known is None:
        return Finding(truth["id"], Verdict.NO_REPORT)
    expected = plain(without_fields(truth["value"], known.without))
    if known.without:  # the order was by a field that is gone
        expected = sorted(expected, key=str)
    try:
        actual = plain(known.answer())
    except NotLoaded as missing:
        return Finding(truth["id"], Verdict.DIFFERS, (("", expected, str(missing)),))
    if known.without:
        actual = sorted(actual, key=str)
    places = tuple(differences(expected, actual))
    return Finding(truth["id"], Verdict.DIFFERS if places else Verdict.MATCHED, places)


def check_all(truths: list[dict[str, Any]], *, only: str = "") -> Iterator[Finding]:
    """Every truth whose id begins with `only`, one after the other."""
    for truth in truths:
        if truth["id"].startswith(only):
            yield check(truth)
