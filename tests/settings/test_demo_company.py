"""The demo company goes into an empty database of a developer, beside an administrator who is there already."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from core import ports
from core.models import Job, User
from samples.demo import loading
from tests.factories import core as make

pytestmark = pytest.mark.django_db


def test_it_is_offered_to_an_administrator_of_an_empty_database_only(admin, settings):
    assert not ports.demo_company_offer(admin)
    settings.DEBUG = True
    assert ports.demo_company_offer(admin)
    assert not ports.demo_company_offer(make.make_user("seller"))
    assert not ports.demo_company_offer(admin)


def test_one_click_asks_for_one_job(admin, as_admin, settings, monkeypatch):
    settings.DEBUG = True
    monkeypatch.setattr(loading, "load", lambda progress=None: progress(0.5))
    assert "Load the demo company" in as_admin.get(reverse("core:setup")).content.decode()
    first = as_admin.post(reverse("core:setup_demo"))
    again = as_admin.post(reverse("core:setup_demo"))
    job = Job.objects.get()
    assert first.url == again.url == job.get_absolute_url()


def test_without_debug_it_is_neither_offered_nor_loaded(admin, as_admin):
    assert "Load the demo company" not in as_admin.get(reverse("core:setup")).content.decode()
    assert as_admin.post(reverse("core:setup_demo")).status_code == 404
    with pytest.raises(loading.NotForDevelopment):
        loading.start(admin)
    with pytest.raises(CommandError):
        call_command("demo")


def test_a_company_that_works_is_left_alone(admin, settings):
    settings.DEBUG = True
    make.make_branch()
    with pytest.raises(loading.NotEmpty):
        loading.start(admin)


def test_the_administrator_who_was_there_keeps_his_own_password(admin, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    admin.set_password("his own, nobody else's")
    admin.save()
    seller = make.make_user("seller")
    loading.open_doors({"seller": seller})
    given = json.loads(loading.sign_ins_file().read_text())
    assert [person["email"] for person in given["people"]] == [seller.email]
    assert User.objects.get(pk=admin.pk).check_password("his own, nobody else's")
    assert User.objects.get(pk=seller.pk).check_password(given["password"])
