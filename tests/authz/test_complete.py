"""Every address has its line, every line its address, and every argument a record to ask about."""

from __future__ import annotations

from core.policy import ROLES
from core.ui import registers
from tests.authz import routes, rules
from tests.authz.objects import BUILDERS, is_known

ADVICE = "`python -m tests.authz.write` proposes lines; put them into tests/authz/authz.toml and think about each."


def _by_line() -> list[routes.Route]:
    """Pages with a line of their own: all that no register's line covers."""
    return [route for route in routes.pages() if not is_of_register(route)]


def is_of_register(route: routes.Route) -> bool:
    """Is this a page that the kit makes for a register and the register's line covers?"""
    own = rules.said()["pages"]
    return route.register is not None and route.register_page in rules.KIT_PAGES and route.name not in own


def test_every_address_has_a_line():
    known = {*rules.said()["pages"], *rules.open_pages()}
    missing = sorted({f"{route.name}  {route.pattern}" for route in _by_line() if route.name not in known})
    assert not missing, f"{len(missing)} addresses have no line in authz.toml.\n{ADVICE}\n" + "\n".join(missing)


def test_every_register_has_a_line():
    with_pages = {route.register.key for route in routes.pages() if route.register is not None}
    missing = sorted(with_pages - set(rules.said()["register"]))
    assert not missing, f"No [register] line for {missing}.\n{ADVICE}"


def test_no_line_is_left_over():
    names = {route.name for route in routes.pages()}
    pages = set(rules.said()["pages"]) | set(rules.open_pages())
    left_over = sorted(pages - names)
    assert not left_over, f"Take these lines out of authz.toml, nothing answers there: {left_over}"
    keys = {register.key for register in registers.everything()}
    assert not sorted(set(rules.said()["register"]) - keys)
    both = sorted(set(rules.said()["pages"]) & set(rules.open_pages()))
    assert not both, f"either open or not: {both}"


def test_every_line_can_be_read_and_names_the_methods_that_are_there():
    for route in _by_line():
        if route.name in rules.said()["pages"]:
            line, found = rules.said()["pages"][route.name], rules.page_rules(route.name)
            if not isinstance(line, str):
                assert set(found) == set(route.methods), f"{route.name} answers {route.methods}"
    for key, line in rules.said()["register"].items():
        assert set(line) <= {"view", "create", "change", "bin", "export"}, key
        for page in rules.KIT_PAGES:
            assert rules.register_rules(key, page)


def test_no_view_answers_a_method_nobody_speaks_of():
    for route in routes.pages():
        view_class = route.view_class
        if view_class is None:
            continue
        put, post = getattr(view_class, "put", None), getattr(view_class, "post", None)
        inherited = put is not None and put.__module__.startswith("django.")
        assert put is None or put is post or inherited, f"{route.name} answers PUT in a way of its own"
        own_delete = getattr(view_class, "delete", None)
        assert own_delete is None or own_delete.__module__.startswith("django."), f"{route.name} answers DELETE"
        assert not hasattr(view_class, "patch"), f"{route.name} answers PATCH"


def test_every_argument_has_a_record():
    missing = sorted(
        f"{route.name}  {route.pattern}"
        for route in routes.pages()
        if route.name not in rules.open_pages() and not is_known(route)
    )
    assert not missing, "Say in tests/authz/objects.py (`targets`) what these addresses are about:\n" + "\n".join(
        missing
    )
    keys = {route.register.key for route in routes.pages() if route.register is not None}
    unbuilt = sorted(keys - set(BUILDERS))
    assert not unbuilt, f"Say in tests/authz/objects.py (BUILDERS) how to make a record of {unbuilt}"


def test_open_pages_say_why():
    assert all(len(reason) > 5 for reason in rules.open_pages().values())


class TestRules:
    """The reading of the file itself."""

    def test_reaches(self):
        found = rules.reaches_of("seller:own head_of_sales:team director")
        assert found == {"seller": 1, "head_of_sales": 2, "director": 4}
        assert set(rules.reaches_of("*")) == set(ROLES)

    def test_outcomes_by_reach(self):
        rule = rules.Rule(rules.reaches_of("seller:own head_of_sales:team director"))
        kinds = ("own", "team", "foreign", "binned")
        assert [rule.outcome("seller", kind) for kind in kinds] == ["seen", "hidden", "hidden", "hidden"]
        assert [rule.outcome("head_of_sales", kind) for kind in kinds] == ["seen", "seen", "hidden", "hidden"]
        assert [rule.outcome("director", kind) for kind in kinds] == ["seen", "seen", "seen", "hidden"]
        assert {rule.outcome("operator", kind) for kind in kinds} == {"denied"}

    def test_what_one_may_see_but_not_do_is_refused(self):
        rule = rules.Rule(rules.reaches_of("seller:own"), rules.reaches_of("seller"))
        assert [rule.outcome("seller", kind) for kind in ("own", "foreign")] == ["seen", "refused"]

    def test_the_bin_turns_it_round(self):
        rule = rules.Rule(rules.reaches_of("seller:own"), binned=True)
        assert [rule.outcome("seller", kind) for kind in ("own", "binned")] == ["hidden", "seen"]
