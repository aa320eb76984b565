"""The pages of an import: each step a plain page, found again, refused in words, for those who may."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.models import ImportMapping, ImportRun
from crm.models import Person
from tests.factories.core import make_user
from tests.factories.crm import make_person
from tests.imports.steps import csv_of

pytestmark = pytest.mark.django_db

FILE = csv_of(
    ["First name", "Last name", "E-mail", "Company", "Remark"],
    ["Ada", "Lovelace", "ada@engines.example", "Engines", "x"],
    ["Bo", "Ek", "no mail", "=cmd|' /C calc'!A0", "+1"],
    ["Known", "Twin", "twin@example.com", "", ""],
)


@pytest.fixture
def seller(client):
    user = make_user("marketer", roles=["head_of_sales"])
    client.force_login(user, backend="core.backends.SignIn")
    return user


def send(client, content: bytes = FILE, profile: str = "persons", name: str = "contacts.csv"):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("core:import_start"), {"profile": profile, "file": file})


def flat(answer) -> str:
    return " ".join(answer.text.split())


def columns(run: ImportRun, **more):
    return {f"column-{place}": name for place, name in run.mapping.items()} | more


def test_a_person_walks_through_all_steps(client, seller, django_capture_on_commit_callbacks):
    make_person(first_name="Known", last_name="Twin", email="twin@example.com", owner_id=seller.pk)
    page = client.get(reverse("core:import_start") + "?as=persons")
    assert 'value="persons" checked' in flat(page)

    answer = send(client)
    run = ImportRun.objects.get()
    assert answer.headers["Location"] == reverse("core:import_file", args=[run.uuid])
    shown = client.get(answer.headers["Location"])
    assert "ada@engines.example" in shown.text

    answer = client.post(
        reverse("core:import_file", args=[run.uuid]),
        {"encoding": "utf-8", "delimiter": ",", "quote": '"', "header_line": "1", "decimal": ".", "dates": "dmy"},
    )
    assert answer.headers["Location"] == reverse("core:import_columns", args=[run.uuid])
    assert "suggested by the heading" in client.get(answer.headers["Location"]).text

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("core:import_columns", args=[run.uuid]), columns(run, check="1", keep="Our contacts"))
    run.refresh_from_db()
    assert (run.state, run.counts) == ("checked", {"new": 1, "bad": 1, "twin": 1})
    assert ImportMapping.objects.get().columns["First name"] == "first_name"
    report = client.get(run.get_absolute_url()).text
    assert "no e-mail address" in report
    assert "same e-mail" in report

    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            reverse("core:import_twins", args=[run.uuid]), {"default": "skip", "line-4": "create", "import": "1"}
        )
    run.refresh_from_db()
    assert run.state == "done"
    assert run.outcome == {"created": 2, "changed": 0, "same": 0, "skipped": 0, "bad": 1}
    assert Person.objects.count() == 3
    assert "Take this import back" in client.get(run.get_absolute_url()).text

    assert "Take this import back?" in client.get(reverse("core:import_undo", args=[run.uuid])).text
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("core:import_undo", args=[run.uuid]))
    run.refresh_from_db()
    assert (run.state, run.outcome["kept"]) == ("undone", 0)
    assert Person.objects.count() == 1
    assert "contacts.csv" in client.get(reverse("core:import_list")).text


def test_the_file_of_rows_to_mend_is_harmless_and_can_be_read_again(client, seller, django_capture_on_commit_callbacks):
    send(client)
    run = ImportRun.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("core:import_columns", args=[run.uuid]), columns(run, check="1"))
    answer = client.get(reverse("core:import_mend", args=[run.uuid]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][-1] == "What is wrong"
    assert rows[1][3] == "'=cmd|' /C calc'!A0"
    assert rows[1][4] == "+1" or rows[1][4] == "'+1"
    assert "no e-mail address" in rows[1][-1]
    assert len(rows) == 2
    assert "attachment" in answer.headers["Content-Disposition"]

    rows[1][2] = "bo@example.com"
    send(client, csv_of(*rows), name="mended.csv")
    mended = ImportRun.objects.exclude(pk=run.pk).get()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("core:import_columns", args=[mended.uuid]), columns(mended, check="1"))
    mended.refresh_from_db()
    assert mended.counts == {"new": 1}
    assert mended.rows.get().values["company"] == "=cmd|' /C calc'!A0"


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [(b"", "x.csv", "empty"), (b"%PDF-1.4", "x.csv", "neither CSV"), (b"PK\x03\x04", "x.xlsx", "damaged")],
)
def test_a_file_that_cannot_be_read_is_refused_beside_the_field(client, seller, content, name, word):
    answer = send(client, content, name=name)
    assert answer.status_code == 422
    assert word in answer.text
    assert not ImportRun.objects.exists()


def test_columns_that_do_not_fit_are_refused_and_nothing_chosen_is_lost(client, seller):
    send(client)
    run = ImportRun.objects.get()
    answer = client.post(
        reverse("core:import_columns", args=[run.uuid]),
        {"column-0": "last_name", "column-1": "last_name", "check": "1"},
    )
    assert answer.status_code == 422
    assert "more than one column" in answer.text
    assert flat(answer).count('value="last_name" selected') == 2
    empty = client.post(reverse("core:import_columns", args=[run.uuid]), {"check": "1"})
    assert empty.status_code == 422


def test_a_saved_mapping_is_suggested_for_the_next_file_of_its_kind(client, seller):
    send(client)
    run = ImportRun.objects.get()
    chosen = {
        "column-0": "last_name",
        "column-1": "first_name",
        "column-2": "email",
        "keep": "Swapped",
        "for_everybody": "1",
    }
    client.post(reverse("core:import_columns", args=[run.uuid]), chosen)
    send(client, name="next.csv")
    following = ImportRun.objects.exclude(pk=run.pk).get()
    assert following.mapping == {"0": "last_name", "1": "first_name", "2": "email"}
    page = client.get(reverse("core:import_columns", args=[following.uuid])).text
    assert "from a saved mapping" in page
    assert "Swapped" in page


def test_foreign_imports_are_unknown_and_rights_are_asked(client, seller):
    send(client)
    run = ImportRun.objects.get()
    client.force_login(make_user("marketer"), backend="core.backends.SignIn")
    for name in ("run", "file", "columns", "mend", "undo"):
        assert client.get(reverse(f"core:import_{name}", args=[run.uuid])).status_code == 404
    for name in ("check", "apply", "undo", "discard", "twins", "mapping"):
        assert client.post(reverse(f"core:import_{name}", args=[run.uuid])).status_code == 404
    client.force_login(make_user("operator"), backend="core.backends.SignIn")
    assert client.get(reverse("core:import_start")).status_code == 403
    director = make_user("director", roles=["marketer"])
    client.force_login(director, backend="core.backends.SignIn")
    assert client.get(run.get_absolute_url()).status_code == 302


def test_one_sees_only_what_one_may_import(client):
    client.force_login(make_user("accountant"), backend="core.backends.SignIn")
    page = client.get(reverse("core:import_start")).text
    assert 'value="stock-openings"' in page
    assert 'value="clients"' not in page
    assert send(client, profile="clients").status_code == 422


def test_a_file_is_thrown_away_with_its_rows(client, seller, django_capture_on_commit_callbacks, tmp_path):
    send(client)
    run = ImportRun.objects.get()
    assert list((tmp_path / "imports").iterdir())
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("core:import_discard", args=[run.uuid]))
    assert not ImportRun.objects.exists()
    assert not list((tmp_path / "imports").iterdir())


def test_the_report_costs_as_many_statements_for_many_rows(
    client, seller, django_capture_on_commit_callbacks, django_assert_max_num_queries
):
    rows = [[f"A{n}", f"B{n}", f"bad {n}", "", ""] for n in range(300)]
    send(client, csv_of(["First name", "Last name", "E-mail", "Company", "Remark"], *rows))
    run = ImportRun.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("core:import_columns", args=[run.uuid]), columns(run, check="1"))
    with django_assert_max_num_queries(25):
        page = client.get(run.get_absolute_url())
    assert "Next lines" in page.text


def test_a_busy_run_shows_itself_and_refuses_changes(client, seller):
    send(client)
    ImportRun.objects.update(state="checking")
    run = ImportRun.objects.get()
    assert "Being checked" in client.get(run.get_absolute_url()).text
    answer = client.post(reverse("core:import_columns", args=[run.uuid]), columns(run, check="1"))
    assert answer.status_code == 422
    part = client.get(run.get_absolute_url(), headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "HX-Request" in part.headers["Vary"]
