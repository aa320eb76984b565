"""Pages by keyset: every row once, in order, forwards and backwards, whatever the sort and however many are empty."""

from datetime import UTC, datetime
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.ui.paging import SortKey, count_of, page_of
from crm.models import Lead

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class PagesShowEveryRowOnce(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(
        budgets=st.lists(st.one_of(st.none(), st.integers(0, 5)), max_size=23),
        descending=st.booleans(),
        size=st.integers(1, 7),
    )
    def test_forwards_and_back_again(self, budgets, descending, size):
        Lead.objects.bulk_create([Lead(name=f"L{n}", budget=b, received_at=NOON) for n, b in enumerate(budgets)])
        keys = [SortKey("budget", descending)]
        rows = Lead.objects.all()
        seen, pages, after = [], [], ""
        while True:
            page = page_of(rows, keys, size=size, after=after)
            pages.append([row.pk for row in page.rows])
            seen += [row.pk for row in page.rows]
            if not page.after:
                break
            after = page.after
        filled = [lead for lead in Lead.objects.all() if lead.budget is not None]
        empty = [lead for lead in Lead.objects.all() if lead.budget is None]
        sign = -1 if descending else 1
        wanted = sorted(filled, key=lambda lead: (sign * lead.budget, sign * lead.pk))
        wanted += sorted(empty, key=lambda lead: sign * lead.pk)
        assert seen == [lead.pk for lead in wanted]
        backwards = []
        before = page.before
        while before:
            page = page_of(rows, keys, size=size, before=before)
            backwards.insert(0, [row.pk for row in page.rows])
            before = page.before
        assert list(chain(*backwards)) == list(chain(*pages[:-1]))


@pytest.mark.django_db
class TestCursors:
    def test_one_that_nobody_can_read_gives_the_first_page(self):
        Lead.objects.bulk_create([Lead(name=f"L{n}", received_at=NOON) for n in range(3)])
        for nonsense in ("x", "W10", "eyJhIjoxfQ", "WyJhIiwiYiJd", "A" * 5000, "WzEsIngiXQ"):
            page = page_of(Lead.objects.all(), [SortKey("received_at")], size=2, after=nonsense)
            assert [row.name for row in page.rows] == ["L0", "L1"], nonsense

    def test_the_count_stops(self, monkeypatch):
        monkeypatch.setattr("core.ui.paging.COUNT_LIMIT", 2)
        Lead.objects.bulk_create([Lead(name=f"L{n}", received_at=NOON) for n in range(5)])
        assert count_of(Lead.objects.all()) == 3
