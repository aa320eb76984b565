"""The administration: for each model which roles may look, and that nobody but master-data editors changes any."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from core.policy import ROLES
from tests.authz import rules
from tests.authz.outcomes import writes, written_since

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)


def who_may_look(model) -> set[str]:
    return set(rules.reaches_of(rules.said()["admin"][model._meta.label_lower]))


def test_every_model_has_a_line_and_no_line_is_left_over():
    labels = {model._meta.label_lower for model in MODELS}
    lines = set(rules.said()["admin"])
    assert sorted(labels - lines) == [], "`python -m tests.authz.write` proposes lines for [admin]"
    assert sorted(lines - labels) == []


@pytest.mark.django_db
def test_each_role_may_look_at_what_its_line_says_and_change_nothing(world):
    wrong = []
    for role, person in world.people.items():
        request = RequestFactory().get("/")
        request.user = person
        person.is_staff = True
        for model in MODELS:
            page = admin.site._registry[model]
            if page.has_view_permission(request) != (role in who_may_look(model)):
                wrong.append(f"{role} looks at {model._meta.label_lower}: {page.has_view_permission(request)}")
            verbs = (page.has_add_permission, page.has_change_permission, page.has_delete_permission)
            if role != "administrator" and any(verb(request) for verb in verbs):
                wrong.append(f"{role} changes {model._meta.label_lower}")
        person.is_staff = False
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.django_db
def test_a_list_that_is_not_ones_own_is_refused_and_nobody_but_staff_comes_in(world):
    before = writes()
    for model in MODELS:
        meta = model._meta
        url = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
        refused = next((role for role in ROLES if role not in who_may_look(model)), None)
        answer = world.ask(refused or "seller", "GET", url)
        assert answer.status_code == 302, f"{url} without staff: {answer.status_code}"
        if refused is None:
            continue
        type(world.people[refused]).objects.filter(pk=world.people[refused].pk).update(is_staff=True)
        before = writes()
        answers = [world.ask(refused, "GET", url), world.ask(refused, "POST", f"{url}add/")]
        assert {answer.status_code for answer in answers} == {403}, url
        assert written_since(before) == []
        type(world.people[refused]).objects.filter(pk=world.people[refused].pk).update(is_staff=False)
