"""Every admin page of every app opens, and rights are only given through the service."""

import pytest
from django.contrib import admin
from django.urls import reverse

from core.models import RoleAssignment, RoleGrant, StatusChange
from core.services.records import note_status
from tests.factories import core as make

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def boss(client):
    user = make.make_user(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def bare(monkeypatch):
    """Pages without the list of all models at their side: it is the same on each, and most of the work of all."""
    monkeypatch.setattr(admin.site, "enable_nav_sidebar", False)
    monkeypatch.setattr(admin.site, "get_app_list", lambda request, app_label=None: [])


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.label)
def test_list_and_search_and_form_open(client, boss, bare, model):
    page = admin.site._registry[model]
    address = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert client.get(reverse(f"{address}_changelist")).status_code == 200
    if page.search_fields:
        assert client.get(reverse(f"{address}_changelist"), {"q": "7"}).status_code == 200
    add = client.get(reverse(f"{address}_add"))
    assert add.status_code in (200, 403)


def test_all_models_are_listed_beside_a_page(client, boss):
    page = client.get(reverse("admin:core_role_changelist")).content.decode()
    for model in admin.site._registry:
        assert reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") in page


def test_a_ledger_row_is_shown_but_not_editable(client, boss, noon):
    note_status(boss, old="", new="active", at=noon, by=boss)
    change = reverse("admin:core_statuschange_change", args=[StatusChange.objects.get().pk])
    page = client.get(change)
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert client.post(change, {"to_status": "other"}).status_code == 403


def _assignment_form(user, role, branches=()):
    return {
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "job_title": "",
        "language": "en",
        "time_zone": "UTC",
        "is_active": "on",
        "role_assignments-TOTAL_FORMS": "1",
        "role_assignments-INITIAL_FORMS": "0",
        "role_assignments-0-user": str(user.pk),
        "role_assignments-0-role": str(role.pk),
        "role_assignments-0-branches": [str(branch.pk) for branch in branches],
        "role_assignments-0-warehouse_ids": "",
    }


def test_a_role_is_given_in_a_branch(client, boss):
    user, role, branch = make.make_user(), make.make_role("seller"), make.make_branch()
    answer = client.post(reverse("admin:core_user_change", args=[user.pk]), _assignment_form(user, role, [branch]))
    assert answer.status_code == 302, answer.context["errors"]
    assert list(user.role_assignments.get().branches.all()) == [branch]


def test_nobody_gives_himself_a_role(client, boss):
    role = make.make_role("seller")
    client.post(reverse("admin:core_user_change", args=[boss.pk]), _assignment_form(boss, role), follow=True)
    assert not RoleAssignment.objects.filter(user=boss).exists()


def test_a_right_of_a_role_is_changed_and_taken_away(client, boss):
    role = make.make_role("seller")
    grant = RoleGrant.objects.create(role=role, action="core.manage_rates", reach=1)
    form = {
        "code": role.code,
        "name": role.name,
        "grants-TOTAL_FORMS": "1",
        "grants-INITIAL_FORMS": "1",
        "grants-0-id": str(grant.pk),
        "grants-0-role": str(role.pk),
        "grants-0-action": "core.manage_rates",
        "grants-0-reach": "4",
    }
    others = RoleGrant.objects.filter(role=role).exclude(pk=grant.pk)
    others.delete()
    change = reverse("admin:core_role_change", args=[role.pk])
    assert client.post(change, form).status_code == 302
    assert RoleGrant.objects.get(pk=grant.pk).reach == 4
    client.post(change, {**form, "grants-0-DELETE": "on"})
    assert not RoleGrant.objects.filter(role=role).exists()


def test_a_series_is_added_with_a_pattern_that_can_be_filled(client, boss):
    organization = make.make_organization()
    form = {"organization": organization.pk, "branch": "", "kind": "invoice", "year": "2026", "pattern": "{year}"}
    refused = client.post(reverse("admin:core_numbersequence_add"), form, follow=True)
    assert "must name {n}" in refused.content.decode()
    client.post(reverse("admin:core_numbersequence_add"), {**form, "pattern": "R{year}/{n}"})
    listed = client.get(reverse("admin:core_numbersequence_changelist"))
    assert "R{year}/{n}" in listed.content.decode()
