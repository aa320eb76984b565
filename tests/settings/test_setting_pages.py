"""The settings pages: found by right, kept with what was typed, refusals beside the field, conflicts side by side."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.models import Branch, ExchangeRate, NumberSequence
from core.settingspages import kinds
from tests.access.conftest import browser_of
from tests.factories import core as make

pytestmark = pytest.mark.django_db


def filled(browser, url: str, **changes: str) -> dict[str, str]:
    """What the form on a page would send back, with some fields changed."""
    page = browser.get(url)
    form = page.context["form"]
    data = {"seen": page.context.get("seen", "")}
    for name in form.fields:
        value = form[name].value()
        if hasattr(form.fields[name], "prepare_value"):
            value = form.fields[name].prepare_value(value)
        if value not in (None, "", False):
            data[name] = "on" if value is True else str(value)
    return {**data, **changes}


def test_the_hub_shows_each_person_what_his_role_keeps(as_admin):
    everything = as_admin.get(reverse("core:settings")).content.decode()
    assert "Legal entities" in everything
    assert "Pipelines and stages" in everything
    books = browser_of(make.make_user("accountant")).get(reverse("core:settings")).content.decode()
    assert "Taxes" in books
    assert "Legal entities" not in books
    assert browser_of(make.make_user("seller")).get(reverse("core:settings")).status_code == 403


@pytest.mark.parametrize("setting", kinds.everything(), ids=lambda one: f"{one.app}.{one.name}")
def test_lists_and_forms_cost_the_same_for_many_rows(setting, as_admin, django_assert_max_num_queries):
    make.make_branch()
    as_admin.get(reverse("core:settings"))  # rights were just changed: they and the sidebar's counts are read once
    with django_assert_max_num_queries(24):
        assert as_admin.get(setting.url("_list")).status_code == 200
    if setting.can_create:
        with django_assert_max_num_queries(24):
            assert as_admin.get(setting.url("_new")).status_code == 200


def test_a_long_list_takes_as_many_statements_as_a_short_one(as_admin, django_assert_max_num_queries):
    entity = make.make_organization()
    rows = [
        NumberSequence(organization=entity, kind=f"kind-{number}", year=2099, pattern="X{n}", gap_free=True)
        for number in range(400)
    ]
    NumberSequence.objects.bulk_create(rows)
    as_admin.get(reverse("core:settings"))
    with django_assert_max_num_queries(24):
        page = as_admin.get(reverse("core:settings_series_list")).content.decode()
    assert page.count("data-row") == 400


def test_a_branch_is_changed_and_the_page_tells_who(as_admin, admin):
    branch = make.make_branch(name="Old")
    url = reverse("core:settings_branch", args=[branch.pk])
    answer = as_admin.post(url, filled(as_admin, url, name="New", address="1 High Street"))
    assert answer.status_code == 302
    branch.refresh_from_db()
    assert (branch.name, branch.address) == ("New", "1 High Street")
    page = as_admin.get(url).content.decode()
    assert str(admin) in page.partition("Who changed what")[2]


def test_what_is_not_valid_stays_typed(as_admin):
    answer = as_admin.post(reverse("core:settings_branch_new"), {"name": "Typed", "code": "no good"})
    assert answer.status_code == 422
    assert 'value="Typed"' in answer.content.decode()
    assert not Branch.objects.exists()


def test_two_who_edit_the_same_see_both_values(as_admin):
    branch = make.make_branch(name="Old")
    url = reverse("core:settings_branch", args=[branch.pk])
    mine = filled(as_admin, url, name="Mine")
    other = browser_of(make.make_user("administrator"))
    other.post(url, filled(other, url, name="Theirs"))
    answer = as_admin.post(url, mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Theirs" in page
    assert "Mine" in page
    branch.refresh_from_db()
    assert branch.name == "Theirs"
    again = {**mine, "seen": answer.context["seen"]}
    assert as_admin.post(url, again).status_code == 302
    branch.refresh_from_db()
    assert branch.name == "Mine"


def test_a_refusal_stands_beside_its_field(as_admin):
    make.make_currency("EUR")
    answer = as_admin.post(reverse("core:settings_currency_new"), {"code": "EUR", "name": "Twice", "decimals": "2"})
    assert answer.status_code == 409
    assert answer.context["form"].errors["code"] == ["it is taken already"]


def test_rates_of_a_tax_and_free_days_of_a_calendar(as_admin):
    tax, calendar = make.make_tax(19, code="std"), make.make_calendar()
    as_admin.post(reverse("core:settings_tax_rate_new", args=[tax.pk]), {"percent": "21", "since": "2090-01-01"})
    assert tax.rates.count() == 2
    as_admin.post(reverse("core:settings_tax_rate_withdraw", args=[tax.rates.get(percent=21).pk]))
    assert tax.rates.count() == 1
    as_admin.post(reverse("core:settings_holiday_new", args=[calendar.pk]), {"on": "2027-05-03", "name": "Bridge"})
    as_admin.post(reverse("core:settings_holidays_import", args=[calendar.pk]), {"country": "GB", "year": "2027"})
    assert calendar.holidays.count() > 5
    day = calendar.holidays.get(name="Bridge")
    as_admin.post(reverse("core:settings_holiday_remove", args=[day.pk]))
    assert not calendar.holidays.filter(pk=day.pk).exists()


def test_a_logo_that_is_no_picture_is_told(as_admin):
    from django.core.files.uploadedfile import SimpleUploadedFile

    entity = make.make_organization()
    file = SimpleUploadedFile("logo.png", b"not a picture", content_type="image/png")
    answer = as_admin.post(reverse("core:settings_logo", args=[entity.pk]), {"logo": file}, follow=True)
    assert answer.status_code == 200
    assert "toastx" in answer.content.decode()


def test_an_exchange_rate_is_entered_in_words_of_people(as_admin):
    make.make_currency("EUR")
    make.make_currency("SEK")
    data = {"base": "EUR", "quote": "SEK", "on": "2026-11-02", "rate": "11,05"}
    assert as_admin.post(reverse("core:settings_exchange_rate_new"), data).status_code == 302
    assert str(ExchangeRate.objects.get().rate) == "11.05000000"


def test_a_new_one_begins_with_what_has_one_answer_and_leads_on_with_the_set_up(as_admin):
    page = as_admin.get(reverse("core:settings_calendar_new")).text
    assert "data-own-zone" in page, "nothing is known yet: the browser is asked"
    branch = make.make_branch(organization=make.make_organization(time_zone="Europe/Berlin"))
    url = reverse("core:settings_branch_new")
    form = as_admin.get(url).context["form"]
    assert form["organization"].value() == branch.organization_id
    assert form["time_zone"].value() == "Europe/Berlin"
    done = as_admin.post(url, filled(as_admin, url, name="South", code="south"), follow=True)
    assert (
        "South was added." in done.text and f'href="{reverse("core:setup")}">On with the first set-up</a>' in done.text
    )
    make.make_organization()
    assert as_admin.get(url).context["form"]["organization"].value() is None
