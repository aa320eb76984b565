"""Lists: what the address asks for, what the user may see, and what the page costs."""

import csv
import io
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from core.models import SavedView, User
from crm.models import Client
from tests.factories.core import make_team, make_user
from tests.factories.crm import make_client

pytestmark = pytest.mark.django_db
LIST = "crm:client_list"


@pytest.fixture
def director(client) -> User:
    user = make_user("director")
    client.force_login(user)
    return user


def names(page) -> list[str]:
    return [row.name for row in page.context["rows"]]


def test_names_are_sorted_without_regard_to_accents_and_script(client, director):
    for name in ("Žagar", "Ärzte", "Beta", "alpha", "Василий"):
        make_client(name=name)
    assert names(client.get(reverse(LIST))) == ["alpha", "Ärzte", "Beta", "Василий", "Žagar"]


def test_sorting_by_two_columns(client, director):
    for name, segment in (("A", "x"), ("B", "y"), ("C", "x")):
        make_client(name=name, segment=segment)
    assert names(client.get(reverse(LIST), {"sort": "segment,-name"})) == ["C", "A", "B"]


def test_a_sort_nobody_offers_is_left_out(client, director):
    make_client(name="A")
    page = client.get(reverse(LIST), {"sort": "owner__password,-version"})
    assert page.status_code == 200
    assert not any(cell.aria_sort for cell in page.context["head"])


def test_filters_stand_as_chips_that_can_be_taken_away(client, director):
    make_client(name="Kept", segment="hotels")
    make_client(name="Gone", segment="shops")
    page = client.get(reverse(LIST), {"segment": "hotels", "sort": "-name"})
    assert names(page) == ["Kept"]
    chip = page.context["chips"][0]
    assert (str(chip.label), chip.text) == ("Segment", "hotels")
    assert parse_qs(chip.without) == {"sort": ["-name"]}


def test_a_wrong_filter_says_so_beside_the_list(client, director):
    page = client.get(reverse(LIST), {"created_at": "whenever"})
    assert page.status_code == 200
    assert "last month" in page.text


def test_every_page_shows_the_next_rows(client, director):
    for number in range(45):
        make_client(name=f"C{number:02}")
    page = client.get(reverse(LIST), {"rows": 20})
    assert names(page) == [f"C{n:02}" for n in range(20)]
    page = client.get(reverse(LIST) + page.context["later"])
    assert names(page) == [f"C{n:02}" for n in range(20, 40)]
    page = client.get(reverse(LIST) + page.context["later"])
    assert names(page) == [f"C{n:02}" for n in range(40, 45)]
    page = client.get(reverse(LIST) + page.context["earlier"])
    assert names(page) == [f"C{n:02}" for n in range(20, 40)]


def test_a_part_for_htmx_is_no_whole_page(client, director):
    make_client(name="A")
    part = client.get(reverse(LIST), headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert 'id="list"' in part.text
    assert "HX-Request" in part["Vary"]


def test_chosen_columns_are_shown_in_their_order(client, director):
    make_client(name="A", industry="Hotels")
    page = client.get(reverse(LIST), {"columns": "industry,status,nonsense"})
    assert [cell.column.name for cell in page.context["head"]] == ["name", "industry", "status"]


def test_a_guarded_column_and_filter_are_absent_without_the_right(client):
    client.force_login(make_user("marketer"))
    make_client(name="A", credit_limit=7319)
    page = client.get(reverse(LIST), {"columns": "name,credit_limit"})
    assert "7,319" not in page.text
    assert "7319" not in client.get(reverse("crm:client_export"), {"columns": "name,credit_limit"}).getvalue().decode()


class TestWhatAPageCosts:
    @pytest.mark.parametrize("count", [10, 1000])
    def test_the_list_costs_the_same_for_any_number_of_rows(
        self, client, director, django_assert_max_num_queries, count
    ):
        owner = make_user("seller")
        Client.objects.bulk_create([Client(name=f"C{n:04}", owner=owner) for n in range(count)])
        client.get(reverse(LIST))
        with django_assert_max_num_queries(16):
            client.get(reverse(LIST), {"rows": 200})


class TestSavedViews:
    def save(self, client, **data):
        return client.post(
            reverse("core:view_form"), {"register": "crm.client", "address": "segment=hotels&sort=-name", **data}
        )

    def test_a_view_opens_as_it_was_saved(self, client, director):
        make_client(name="A", segment="hotels")
        make_client(name="B", segment="shops")
        answer = self.save(client, name="Hotels")
        page = client.get(answer.url)
        assert names(page) == ["A"]
        assert [tab.name for tab in page.context["tabs"] if tab.is_current] == ["Hotels"]
        assert not page.context["query"].is_changed

    def test_a_changed_view_says_so(self, client, director):
        self.save(client, name="Hotels")
        view = SavedView.objects.get()
        page = client.get(reverse(LIST), {"view": view.pk, "segment": "shops"})
        assert page.context["query"].is_changed

    def test_only_what_the_list_knows_is_kept(self, client, director):
        self.save(client, name="V", address="segment=a&password=x&after=zzz&csrfmiddlewaretoken=1")
        assert SavedView.objects.get().query == {"segment": ["a"]}

    def test_the_same_name_is_the_same_view(self, client, director):
        self.save(client, name="Hotels")
        self.save(client, name="HOTELS", address="segment=shops")
        assert SavedView.objects.get().query == {"segment": ["shops"]}

    def test_private_views_are_private(self, client, director):
        self.save(client, name="Mine")
        other = make_user("director")
        client.force_login(other)
        assert len(client.get(reverse(LIST)).context["tabs"]) == 1
        view = SavedView.objects.get()
        assert client.get(reverse("core:view_form"), {"register": "crm.client", "view": view.pk}).status_code == 404
        assert client.post(reverse("core:view_delete", args=[view.pk])).status_code == 404

    def test_a_team_view_is_for_the_team(self, client, director):
        mate, stranger = make_user("director"), make_user("director")
        team = make_team(director, mate)
        self.save(client, name="Ours", scope="team", team=team.pk)
        client.force_login(mate)
        assert [tab.name for tab in client.get(reverse(LIST)).context["tabs"]] == ["All", "Ours"]
        client.force_login(stranger)
        assert len(client.get(reverse(LIST)).context["tabs"]) == 1

    def test_sharing_needs_its_right(self, client):
        client.force_login(make_user("seller"))
        assert self.save(client, name="All", scope="all").status_code == 409
        assert not SavedView.objects.exists()

    def test_a_pinned_view_stands_in_the_sidebar(self, client, director):
        self.save(client, name="Hotels on top", pinned="1")
        assert "Hotels on top" in client.get("/?areas").text

    def test_counts_come_afterwards(self, client, director):
        make_client(name="A", segment="hotels")
        self.save(client, name="Hotels")
        view = SavedView.objects.get()
        part = client.get(reverse(LIST), {"counts": "1"})
        assert f'id="view-count-{view.pk}" hx-swap-oob="true">1<' in part.text


class TestExport:
    def rows(self, answer) -> list[list[str]]:
        return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))

    def test_it_follows_the_view(self, client, director):
        make_client(name="=cmd()", segment="hotels")
        make_client(name="B", segment="shops")
        answer = client.get(reverse("crm:client_export"), {"segment": "hotels", "columns": "name,segment"})
        assert self.rows(answer) == [["Name", "Segment"], ["'=cmd()", "hotels"]]

    def test_it_shows_own_rows_only(self, client):
        seller = make_user("seller")
        make_client(name="Mine", owner=seller)
        foreign = make_client(name="Theirs", owner=make_user("seller"))
        client.force_login(seller)
        answer = client.post(reverse("crm:client_export"), {"ids": [foreign.pk], "columns": "name"})
        assert len(self.rows(answer)) == 1

    def test_it_needs_its_right(self, client):
        client.force_login(make_user("operator"))
        assert client.get(reverse("crm:client_export")).status_code == 403

    def test_a_workbook_opens(self, client, director):
        from openpyxl import load_workbook

        make_client(name="A")
        answer = client.get(reverse("crm:client_export"), {"format": "xlsx", "columns": "name"})
        sheet = load_workbook(io.BytesIO(answer.getvalue())).active
        assert [[cell.value for cell in row] for row in sheet.rows] == [["Name"], ["A"]]

    def test_a_long_list_is_made_in_the_background(
        self, client, director, monkeypatch, django_capture_on_commit_callbacks
    ):
        from core.models import Job

        monkeypatch.setattr("core.ui.exports.AT_ONCE", 1)
        make_client(name="A")
        make_client(name="B")
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.get(reverse("crm:client_export"), {"columns": "name"})
        job = Job.objects.get()
        assert urlsplit(answer.url).path == job.get_absolute_url()
        job.refresh_from_db()
        assert job.state == "done"
        assert b"A" in job.files.get().file.read()
