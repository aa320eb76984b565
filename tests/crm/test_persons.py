from __future__ import annotations

import phonenumbers
import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from core.actors import SYSTEM
from core.errors import NotAllowed
from crm.choices import Consent, ContactKind
from crm.contacts import _complete, normalised
from crm.errors import ConsentWithoutProof, NameMissing, NotAContact
from crm.models import ContactPoint, PersonRole
from crm.selectors.clients import may_be_mailed
from crm.services.persons import add_contact_point, add_person_to_client, create_person, set_consent
from tests.factories.core import make_user
from tests.factories.crm import MORNING, make_client, make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "value", "spelling"),
    [
        (ContactKind.EMAIL, " Nora.Lind@Example.COM ", "nora.lind@example.com"),
        (ContactKind.EMAIL, "no mail", None),
        (ContactKind.EMAIL, "a@b.de, c@d.de", None),
        (ContactKind.PHONE, "+49 (30) 123-4567", "+49301234567"),
        (ContactKind.PHONE, "030 1234567", "0301234567"),
        (ContactKind.PHONE, "call me", None),
        (ContactKind.MESSENGER, "@Nora", "@nora"),
    ],
)
def test_one_spelling(kind: str, value: str, spelling: str | None) -> None:
    assert normalised(kind, value) == spelling


@given(st.sampled_from(ContactKind.values), st.text(max_size=40))
def test_spelling_again_changes_nothing(kind: str, value: str) -> None:
    once = normalised(kind, value)
    assert once is None or normalised(kind, once) == once


@given(
    st.sampled_from([1, 7, 34, 39, 44, 49, 52, 54, 55, 61, 378, 800]),
    st.from_regex(r"[0-9 ().-]{3,16}", fullmatch=True),
)
def test_a_complete_phone_is_spelled_as_by_all_the_rules(country: int, rest: str) -> None:
    value = f"+{country}{rest}"
    quick = _complete(value)
    if quick is not None:
        number = phonenumbers.parse(value)
        assert phonenumbers.is_possible_number(number)
        assert quick == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def test_a_person_comes_with_place_and_contacts() -> None:
    client = make_client()
    person = create_person(
        first_name="Nora", last_name="Lind", client_id=client.pk, position="Buyer", email="N@x.de",
        phone="+49301234567", by=SYSTEM,
    )  # fmt: skip
    role = PersonRole.objects.get()
    assert (role.client, role.position, role.is_primary) == (client, "Buyer", True)
    assert sorted(person.contact_points.values_list("normalised", "is_primary")) == [
        ("+49301234567", True), ("n@x.de", True),
    ]  # fmt: skip
    second = make_person(client)
    add_person_to_client(person_id=second.pk, client_id=client.pk, position="Boss", by=SYSTEM)
    add_person_to_client(person_id=second.pk, client_id=client.pk, position="Boss", by=SYSTEM)
    assert second.roles.filter(position="Boss", is_primary=False).count() == 1


def test_refusals_leave_nothing_behind() -> None:
    with pytest.raises(NameMissing):
        create_person(first_name="", last_name=" ", by=SYSTEM)
    with pytest.raises(NotAContact):
        create_person(first_name="A", last_name="B", email="nope", by=SYSTEM)
    with pytest.raises(NotAllowed):
        create_person(first_name="A", last_name="B", by=make_user("operator"))
    assert not PersonRole.objects.exists() and not ContactPoint.objects.exists()


def test_one_primary_per_kind_and_one_point_per_value() -> None:
    person = make_person(email="old@x.de")
    new = add_contact_point(kind="email", value="new@x.de", person_id=person.pk, is_primary=True, by=SYSTEM)
    assert add_contact_point(kind="email", value="NEW@x.de", person_id=person.pk, by=SYSTEM) == new
    assert person.contact_points.filter(is_primary=True).get() == new
    old = add_contact_point(kind="email", value="OLD@x.de", person_id=person.pk, is_primary=True, by=SYSTEM)
    assert person.contact_points.filter(is_primary=True).get() == old
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactPoint.objects.update(is_primary=True)


class TestConsent:
    def test_a_consent_keeps_its_proof(self) -> None:
        point = make_person(email="n@x.de").contact_points.get()
        with pytest.raises(ConsentWithoutProof):
            set_consent(point_id=point.pk, consent=Consent.GIVEN, at=MORNING, proof="", by=SYSTEM)
        given_ = set_consent(point_id=point.pk, consent=Consent.GIVEN, at=MORNING, proof="Form of 2 March", by=SYSTEM)
        assert (given_.consent, given_.consent_at, given_.consent_proof) == (Consent.GIVEN, MORNING, "Form of 2 March")
        assert may_be_mailed(["N@X.de", "unknown@x.de", "rubbish"]) == {"n@x.de"}

    def test_a_withdrawal_holds_for_the_address_wherever_it_is(self) -> None:
        one, two = (make_person(email="n@x.de").contact_points.get() for _ in range(2))
        for point in (one, two):
            set_consent(point_id=point.pk, consent=Consent.GIVEN, at=MORNING, proof="Form", by=SYSTEM)
        set_consent(point_id=one.pk, consent=Consent.WITHDRAWN, at=MORNING, proof="Mail", by=SYSTEM)
        assert set(ContactPoint.objects.values_list("consent", flat=True)) == {Consent.WITHDRAWN}
        assert make_person(email="n@x.de").contact_points.get().consent == Consent.WITHDRAWN
        assert may_be_mailed(["n@x.de"]) == set()
