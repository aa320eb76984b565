"""What somebody who followed docs/add-a-register.md may expect. Run by test_add_a_register.py, where `fleet` exists."""

import csv
import io
import json
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from tests.factories.core import make_user

pytestmark = pytest.mark.django_db
COST = Decimal("73.19")


@pytest.fixture
def seller(client):
    user = make_user(roles=["seller", "marketer"])  # the second role may make keys for the API
    client.force_login(user)
    return user


@pytest.fixture
def van(seller):
    from fleet.models import Vehicle

    return Vehicle.objects.create(plate="RI-12", name="Blauer Käfer", seats=5, daily_cost=COST, owner=seller)


def names(page):
    return [row.name for row in page.context["rows"]]


def test_list_with_filters_and_saved_views(client, seller, van):
    from fleet.models import Vehicle

    Vehicle.objects.create(plate="XX-1", name="Somebody else's")
    listing = reverse("fleet:vehicle_list")
    assert names(client.get(listing)) == ["RI-12 Blauer Käfer"]
    assert names(client.get(listing, {"seats_min": "6"})) == []
    client.post(reverse("core:view_form"), {"register": "fleet.vehicle", "name": "Big", "address": "seats_min=6"})
    assert [tab.name for tab in client.get(listing).context["tabs"]] == ["All", "Big"]
    assert "Vehicles" in client.get("/?areas").text  # the sidebar


def test_form_card_and_history(client, seller):
    from fleet.models import Vehicle

    client.post(reverse("fleet:vehicle_new"), {"plate": "AB-1", "name": "Van", "seats": "3", "key": "k"})
    van = Vehicle.objects.get()
    assert van.owner == seller
    form = {"plate": "AB-1", "name": "Big van", "seats": "3", "owner": seller.pk, "version": van.version}
    assert client.post(reverse("fleet:vehicle_edit", args=[van.pk]), form).status_code == 302
    card = client.get(reverse("fleet:vehicle_card", args=[van.pk]))
    assert "Big van" in card.text
    client.force_login(make_user("director"))
    history = client.get(reverse("fleet:vehicle_card", args=[van.pk]), {"tab": "history"}).text
    assert "Big van" in history and "Van" in history
    client.post(reverse("fleet:vehicle_bin", args=[van.pk]))
    assert client.get(reverse("fleet:vehicle_card", args=[van.pk])).status_code == 404


def test_rights_and_the_guarded_cost(client, seller, van):
    shown = str(COST)
    for page in (
        reverse("fleet:vehicle_card", args=[van.pk]),
        reverse("fleet:vehicle_edit", args=[van.pk]),
        reverse("fleet:vehicle_list") + "?columns=plate,daily_cost",
    ):
        assert shown not in client.get(page).text
    client.force_login(make_user("director"))
    assert shown in client.get(reverse("fleet:vehicle_edit", args=[van.pk])).text
    client.force_login(make_user("storekeeper"))
    assert client.get(reverse("fleet:vehicle_list")).status_code == 403
    client.force_login(make_user("seller"))
    assert client.get(reverse("fleet:vehicle_card", args=[van.pk])).status_code == 404


def test_export(client, seller, van):
    answer = client.get(reverse("fleet:vehicle_export"), {"columns": "plate,name"})
    assert list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")))) == [
        ["Plate", "Name"],
        ["RI-12", "Blauer Käfer"],
    ]


def test_search_and_palette(client, seller, van):
    from core.search.selectors import find

    assert [hit.entry.title for hit in find(seller, "kafer", 5)] == ["Blauer Käfer"]
    assert names(client.get(reverse("fleet:vehicle_list"), {"q": "kaf"})) == ["RI-12 Blauer Käfer"]
    assert "Blauer" in client.get(reverse("core:search"), {"q": "ri-12"}).text


def test_import_from_the_command_line(tmp_path, van):
    from fleet.models import Vehicle

    file = tmp_path / "vehicles.csv"
    file.write_text("plate;name;seats\nRI-12;Red van;4\nRI-13;New van;2\n")
    mapping = tmp_path / "map.toml"
    mapping.write_text('[columns]\nplate = "plate"\nname = "name"\nseats = "seats"\n')
    for _twice in range(2):
        call_command("import", str(file), "--as", "vehicles", "--map", str(mapping))
        assert list(Vehicle.objects.order_by("plate").values_list("plate", "name", "seats")) == [
            ("RI-12", "Red van", 4),
            ("RI-13", "New van", 2),
        ]


def test_api(client, seller, van):
    from datetime import timedelta

    from core.api.services.tokens import make_token

    scopes, now = ["vehicles:read", "vehicles:write"], timezone.now()
    made = make_token(
        name="t", scopes=scopes, known_scopes=scopes, expires_at=now + timedelta(days=1), at=now, by=seller
    )
    token = made.secret
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.get("/api/v1/vehicles/", headers=headers)
    rows = json.loads(answer.content)["data"]
    assert [row["plate"] for row in rows] == ["RI-12"]
    assert "daily_cost" not in rows[0]
    body = json.dumps({"plate": "API-1", "name": "By the API", "seats": 2})
    assert client.post("/api/v1/vehicles/", body, content_type="application/json", headers=headers).status_code == 201
