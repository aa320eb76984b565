"""Any record is found by what people remember of it, however they spell it."""

from __future__ import annotations

import pytest

from core.actors import SYSTEM
from core.search.selectors import ALIKE, EXACT, find
from crm.services.persons import add_contact_point
from tests.factories.crm import make_client, make_lead, make_legal_entity, make_person
from tests.factories.inventory import make_item

pytestmark = pytest.mark.django_db


def titles(user, text, **options):
    return [hit.entry.title for hit in find(user, text, **options)]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Marlow Hospitality Group", "marl"),
        ("Marlow Hospitality Group", "hosp MARLOW"),
        ("Marlow Hospitality Group", "ospital"),
        ("Marlow Hospitality Group", "Marlwo Hospitality"),
        ("Marlow Hospitality Group", "hospitalty"),
        ("Marlow Hospitality Group", "merlow"),
        ("Marlow Hospitality Group", "hospitality mralow"),
        ("Müller & Söhne", "muller sohne"),
        ("Muller und Sohne", "Müller"),
        ("Łódź Ørsted", "lodz orsted"),
        ("Тошкент Савдо", "toshkent savdo"),
        ("Toshkent Savdo", "Тошкент"),
        ("Київ Буд", "kyiv bud"),
        ("Kyiv Bud", "Київ"),
        ("Хуршид Текстиль", "xurshid"),
        ("Oʻzbekiston Poʻlat", "o'zbekiston po'lat"),
        ("Ўзбекистон Пўлат", "ozbekiston"),
        ("O’Brien Joinery", "obrien"),
        ("Müller & Söhne", "ma"),
    ],
)
def test_a_client_is_found_however_the_name_is_spelled(director, name, typed):
    make_client(name="Quite Another Firm")
    make_client(name=name)
    found = titles(director, typed)
    assert ("Quite Another Firm" not in found) and (found == [name]) is (typed != "ma")


@pytest.mark.parametrize("typed", ["+998 90 123 45 67", "998901234567", "90 123-45-67", "1234567", "901 234"])
def test_a_person_is_found_by_a_piece_of_the_phone(director, typed):
    person = make_person(first_name="Judith", last_name="Marley", phone="+998 90 123 45 67")
    make_person(first_name="Other", last_name="One", phone="+998 90 999 99 99")
    assert [hit.entry.record_id for hit in find(director, typed)] == [person.pk]


def test_a_phone_is_found_in_its_national_form(director):
    make_person(first_name="Judith", last_name="Marley", phone="+49 171 1234567")
    assert titles(director, "0171 1234567") == ["Judith Marley"]
    assert titles(director, "0049 171 123 4567") == ["Judith Marley"]


@pytest.mark.parametrize("typed", ["judith.m@example.com", "judith.m@", "judith example", "JUDITH.M@EXAMPLE"])
def test_a_person_is_found_by_e_mail(director, typed):
    make_person(first_name="Jo", last_name="Ley", email="judith.m@example.com")
    make_person(first_name="Ann", last_name="Lay", email="ann.m@example.com")
    assert titles(director, typed) == ["Jo Ley"]


@pytest.mark.parametrize("typed", ["DE 123 456 789", "de123456789", "123456789", "DE123456789"])
def test_a_client_is_found_by_tax_number(director, typed):
    client = make_client(name="Marlow")
    make_legal_entity(client, legal_name="Marlow Riverside Ltd", tax_id="DE123456789", country="DE")
    (hit,) = find(director, typed)
    assert (hit.entry.title, hit.entry.detail) == ("Marlow", "Marlow Riverside Ltd")


def test_a_whole_number_stands_before_names_that_hold_it(director):
    make_item(sku="OAK-4711", name="Board")
    make_client(name="4711 Perfumes")
    hits = find(director, "oak 4711")
    assert (hits[0].entry.title, hits[0].tier) == ("Board", EXACT)
    assert titles(director, "4711")[0] == "4711 Perfumes"


def test_a_number_sign_finds_numbers_only(director):
    make_item(sku="SO-2026-0207", name="Board")
    make_client(name="207 Street Cafe")
    assert titles(director, "#207") == ["Board"]
    assert titles(director, "#so-2026") == ["Board"]
    assert titles(director, "#2") == []
    assert titles(director, "#s") == ["Board"]


def test_the_last_digits_of_a_number_find_it_without_its_zeros(director):
    make_item(sku="SO-2026-00044", name="Board")
    make_item(sku="SO-2026-00144", name="Other board")
    assert titles(director, "#44") == ["Board"]
    assert titles(director, "#144") == ["Other board"]


def test_names_that_begin_so_stand_first(director):
    for name in ("Great Marlow", "Tamarlane", "Marlow"):
        make_client(name=name)
    assert titles(director, "marl") == ["Marlow", "Great Marlow", "Tamarlane"]


def test_typos_are_asked_for_only_where_little_was_found(director):
    make_client(name="Marlow Hotel")
    make_client(name="Marlov Hotel")
    assert [(hit.entry.title, hit.tier == ALIKE) for hit in find(director, "marlow")] == [
        ("Marlow Hotel", False),
        ("Marlov Hotel", True),
    ]
    assert titles(director, "12345") == []


def test_the_most_alike_stands_first_word_by_word(director):
    for name in ("Nerod Energy Hospitality", "Marlow Hospitality", "Marl Hotel"):
        make_client(name=name)
    assert titles(director, "merlow hospitalty")[0] == "Marlow Hospitality"


def test_a_lead_is_found_by_all_it_says(director):
    make_lead(name="Ines Ferreira", company="Clínica Alba", payload={"x": 1})
    assert titles(director, "clinica alba") == ["Clínica Alba"]
    assert titles(director, "ferreira") == ["Clínica Alba"]


def test_no_kind_takes_all_the_room(director):
    for number in range(12):
        make_client(name=f"Marlow {number}")
    make_person(first_name="Judith", last_name="Marlow")
    found = find(director, "marlow", 8)
    assert len(found) == 8
    assert "Judith Marlow" in [hit.entry.title for hit in found]


@pytest.mark.parametrize("typed", ["", " ", "m", "'", "%", "_", "\\", ">marlow", "\x00", "ь", "#", "@", "&" * 300])
def test_what_says_nothing_finds_nothing(director, typed):
    make_client(name="Marlow %_\\")
    assert titles(director, typed) == []


@pytest.mark.parametrize("typed", ["marlow' OR 1=1 --", 'marlow") %%', "marlow {0} %(x)s", "marlow \\"])
def test_nothing_typed_becomes_sql(director, typed):
    make_client(name="Someone Else")
    assert "Someone Else" not in titles(director, typed)


def test_a_client_has_several_ways_to_be_reached(director):
    client = make_client(name="Marlow")
    add_contact_point(kind="phone", value="+44 20 7946 0958", client_id=client.pk, by=SYSTEM)
    assert titles(director, "7946 0958") == ["Marlow"]
