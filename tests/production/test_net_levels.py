"""Netting over several levels against a slow reference that looks at one piece after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from production.netting import Make, Want, net
from production.recipes import Component, Recipe, low_level_codes

ITEMS = 8


def recipe(item: int, parts: dict[int, int]) -> Recipe:
    """One of the item from so many of each part."""
    components = [
        Component(part, number, Decimal(qty), Decimal(0)) for number, (part, qty) in enumerate(sorted(parts.items()), 1)
    ]
    return Recipe(bom_id=item, item_id=item, batch_qty=Decimal(1), components=tuple(components), steps=())


@st.composite
def recipe_books(draw: st.DrawFn) -> dict[int, Recipe]:
    """Recipes without a circle: an item contains only items with a higher number."""
    book = {}
    for item in range(ITEMS - 1):
        if draw(st.booleans()):
            parts = draw(st.dictionaries(st.integers(item + 1, ITEMS - 1), st.integers(1, 3), min_size=1, max_size=3))
            book[item] = recipe(item, parts)
    return book


class Pool:
    """A warehouse in memory."""

    def __init__(self, stock: dict[int, int]) -> None:
        self.stock = {item: Decimal(qty) for item, qty in stock.items()}
        self.made: dict[int, Decimal] = defaultdict(Decimal)
        self.asked = 0

    def cover(self, wants: Sequence[Want]) -> list[Decimal]:
        self.asked += 1
        short = []
        for want in wants:
            part = min(self.stock.get(want.item_id, Decimal(0)), want.qty)
            if part:
                self.stock[want.item_id] -= part
            short.append(want.qty - part)
        return short

    def start(self, lots: Sequence[Make]) -> list[Want]:
        for lot in lots:
            self.made[lot.item_id] += lot.qty
        return [
            Want((lot.item_id, lot.shares[0][0].key, part.position), part.item_id, part.qty * lot.qty, lot.line_id)
            for lot in lots
            for part in lot.recipe.components
        ]


def slowly(
    roots: list[tuple[int, int]], book: dict[int, Recipe], stock: dict[int, int]
) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    """What is made and bought, by netting one piece at a time, deepest parents first by longest path."""
    made: dict[int, Decimal] = defaultdict(Decimal)
    bought: dict[int, Decimal] = defaultdict(Decimal)
    left = dict(stock)
    need: dict[int, int] = defaultdict(int)
    for item, qty in roots:
        need[item] += qty

    def depth(item: int) -> int:
        above = [parent for parent, recipe in book.items() if any(c.item_id == item for c in recipe.components)]
        return 1 + max((depth(parent) for parent in above), default=-1)

    for item in sorted(range(ITEMS), key=depth):
        for _piece in range(need[item]):
            if left.get(item, 0) > 0:
                left[item] -= 1
            elif item in book:
                made[item] += 1
                for part in book[item].components:
                    need[part.item_id] += int(part.qty)
            else:
                bought[item] += 1
    return dict(made), dict(bought)


@settings(max_examples=150, deadline=None)
@given(
    book=recipe_books(),
    roots=st.lists(st.tuples(st.integers(0, ITEMS - 1), st.integers(1, 4)), min_size=1, max_size=3),
    stock=st.dictionaries(st.integers(0, ITEMS - 1), st.integers(0, 9)),
)
def test_what_is_made_and_bought_is_what_the_slow_reference_says(
    book: dict[int, Recipe], roots: list[tuple[int, int]], stock: dict[int, int]
) -> None:
    pool = Pool(stock)
    wants = [Want(("line", n), item, Decimal(qty), n, is_root=True) for n, (item, qty) in enumerate(roots)]
    netted = net(wants, book, cover=pool.cover, start=pool.start)
    bought: dict[int, Decimal] = defaultdict(Decimal)
    for want, qty in netted.buys:
        bought[want.item_id] += qty
    made, to_buy = slowly(roots, book, stock)
    assert dict(pool.made) == made
    assert bought == to_buy
    assert sum((make.qty for make in netted.makes), Decimal(0)) == sum(made.values(), Decimal(0))
    for make in netted.makes:
        assert sum((qty for _want, qty in make.shares), Decimal(0)) == make.qty
    # One question per level at most, however many items there are.
    assert pool.asked <= len(book) + 1


def test_a_part_on_several_levels_is_made_once_after_all_its_parents():
    book = {
        1: recipe(1, {2: 1, 3: 1}),
        2: recipe(2, {3: 2}),
        3: recipe(3, {4: 1}),
    }
    assert low_level_codes([1], book) == {1: 0, 2: 1, 3: 2, 4: 3}
    pool = Pool({})
    netted = net([Want("x", 1, Decimal(5), 7, is_root=True)], book, cover=pool.cover, start=pool.start)
    assert [(make.item_id, make.qty) for make in netted.makes] == [(1, 5), (2, 5), (3, 15)]
    assert [(want.item_id, qty) for want, qty in netted.buys] == [(4, 15)]
    assert {make.line_id for make in netted.makes} == {7}


def test_order_lines_have_lots_of_their_own_components_share_one():
    book = {1: recipe(1, {2: 1}), 2: recipe(2, {})}
    pool = Pool({1: 1})
    wants = [Want(f"line{n}", 1, Decimal(2), n, is_root=True) for n in (1, 2)]
    netted = net(wants, book, cover=pool.cover, start=pool.start)
    assert [(make.item_id, make.qty, make.line_id) for make in netted.makes] == [(1, 1, 1), (1, 2, 2), (2, 3, 1)]
