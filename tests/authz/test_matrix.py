"""Each address and method, asked by every role about own, the team's, strangers' and binned records.

What comes back is read for costs as well, where the role may not see them (`costs`).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import reverse

from core.policy import ROLES
from tests.authz import routes, rules
from tests.authz.costs import BLIND, plant, shows
from tests.authz.objects import Target, is_known, targets_of
from tests.authz.outcomes import NOT_SO, SEEN_STATUSES, SIGN_IN, fits, outcome_of, writes, written_since
from tests.authz.rules import HIDDEN, REFUSED, SEEN
from tests.authz.test_complete import is_of_register
from tests.authz.world import World

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

PAGES = [route for route in routes.pages() if route.name not in rules.open_pages()]
OPEN = [route for route in routes.pages() if route.name in rules.open_pages()]


@pytest.fixture(scope="module")
def planted(world: World) -> World:
    plant(world)
    return world


def rules_of(route: routes.Route) -> dict[str, rules.Rule]:
    if is_of_register(route):
        return rules.register_rules(route.register.key, route.register_page)
    return rules.page_rules(route.name)


def path_of(route: routes.Route, target: Target) -> str:
    if route.name.startswith("/"):
        return route.name
    return reverse(route.name, kwargs=target.arguments)


def questions(route, world) -> Iterator[tuple[str, str, str, Target, bool]]:
    """Role, method, kind of object, target, and whether it is the first one.

    A role without the right is asked about one object only. The first page that a role may see by a method is
    written; further ones come from the same template, and a refusal looks the same everywhere.
    """
    for role in ROLES:
        found = targets_of(route, world, role)
        for method in route.methods:
            rule = rules_of(route)[method]
            for number, (kind, target) in enumerate(found.items()):
                yield role, method, kind, target, number == 0
                if not rule.act.get(role):
                    break


def is_excused(rule: rules.Rule, method: str, expected: str, found: str) -> bool:
    """Is this another answer that the line allows?"""
    if expected == SEEN:
        excuses = {HIDDEN: rule.may_miss, REFUSED: rule.may_refuse, SIGN_IN: rule.may_send_away and method == "POST"}
        return excuses.get(found, False)
    return rule.tells and found == SEEN


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.name)
def test_every_role_meets_what_the_line_says(route, planted):
    wrong = []
    for role, method, kind, target, is_first in questions(route, planted):
        rule = rules_of(route)[method]
        expected, path = rule.outcome(role, kind), path_of(route, target)
        is_read = method == "GET" and role in BLIND and rule.act.get(role)
        before = writes() if expected != SEEN else {}
        answer = planted.ask(role, method, path, target.data, writes_page=is_read or (is_first and expected == SEEN))
        found = outcome_of(answer)
        if is_read and (figure := shows(answer, role)):
            wrong.append(f"{role} {path} ({kind}) shows {figure}")
        if not (fits(expected, found) or is_excused(rule, method, expected, found)):
            wrong.append(f"{role} {method} {path} ({kind}): {found} ({answer.status_code}), expected {expected}")
        elif expected != SEEN and (touched := written_since(before)):
            wrong.append(f"{role} {method} {path} ({kind}): {found}, but wrote to {', '.join(touched)}")
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.name)
def test_strangers_are_sent_to_sign_in_and_write_nothing(route, world):
    target = next(iter(targets_of(route, world, "seller").values()))
    for method in routes.METHODS:
        before = writes()
        answer = world.ask(None, method, path_of(route, target), target.data)
        assert outcome_of(answer) in (SIGN_IN, NOT_SO), f"{method}: {answer.status_code}"
        assert written_since(before) == []


# What a link that nobody gave out, and one with another text at its end, are answered with.
REFUSED_LINKS = {"unknown": {404}, "altered": {403, 404, 405}}


@pytest.mark.parametrize("route", OPEN, ids=lambda route: route.name)
def test_open_pages_answer_without_a_sign_in(route, world):
    known = targets_of(route, world, "seller") if "<" in route.pattern and is_known(route) else {}
    if known:  # a link that nobody gave out opens nothing
        answers = {kind: world.ask(None, "GET", path_of(route, target)) for kind, target in known.items()}
        wanted = {kind: REFUSED_LINKS.get(kind, SEEN_STATUSES | {302}) for kind in known}
        assert {
            kind: answer.status_code for kind, answer in answers.items() if answer.status_code not in wanted[kind]
        } == {}
        return
    if "<" in route.pattern:
        path = "/accounts/password/reset/key/1-none/" if "password" in route.pattern else "/accounts/confirm-email/x/"
    else:
        path = path_of(route, Target({}))
    answer = world.ask(None, "GET", path)
    closed = rules.open_pages()[route.name].startswith("closed")
    assert answer.status_code == 404 if closed else answer.status_code in SEEN_STATUSES | {302}
