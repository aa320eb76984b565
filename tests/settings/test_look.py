"""The company's colour is readable or refused; the look stands on papers from then on."""

from __future__ import annotations

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from core import brand, setup
from core.documents.letterhead import senders
from core.errors import InvalidValue, NotAllowed
from core.models import Look
from core.services import looks
from core.services.fingerprints import ChangedMeanwhile, fingerprint
from tests.factories import core as make

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours)
def test_what_is_allowed_can_be_read_in_both_themes(colour):
    if not brand.is_readable(colour):
        return
    light, dark = brand.light(colour), brand.dark(colour)
    assert brand.contrast(light.brand, brand.WHITE) >= brand.LEAST
    assert brand.contrast(light.brand, light.soft) >= brand.LEAST
    assert brand.contrast(dark.brand, brand.DARK_CARD) >= brand.LEAST
    assert brand.contrast(dark.brand, dark.soft) >= brand.LEAST


def test_contrast_is_that_of_wcag():
    assert brand.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert brand.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert brand.is_readable("#0e6073")
    assert not brand.is_readable("#c77a0a")


@pytest.mark.django_db
def test_a_pale_colour_is_refused_and_nothing_is_kept(admin):
    entity = make.make_organization()
    with pytest.raises(looks.ColourTooPale, match="to 1"):
        looks.set_look(organization_id=entity.pk, changes={"brand": "#ffcc00"}, by=admin)
    with pytest.raises(InvalidValue):
        looks.set_look(organization_id=entity.pk, changes={"brand": "petrol"}, by=admin)
    assert not Look.objects.exists()


@pytest.mark.django_db
def test_the_look_stands_on_papers_and_pages(admin, client):
    entity = make.make_organization()
    values = {"brand": "7A1F3D", "terms": "Ex works.", "footer": "HRB 1\nBerlin", "bank": "DE00"}
    look = looks.set_look(organization_id=entity.pk, changes=values, by=admin)
    looks.set_look(organization_id=entity.pk, changes={**values, "brand": "#7a1f3d"}, by=admin)
    look.refresh_from_db()
    assert (look.brand, look.version) == ("#7a1f3d", 2)
    sender = senders([entity])[entity.pk]
    assert (sender.terms, sender.footer, sender.bank) == ("Ex works.", ("HRB 1", "Berlin"), ("DE00",))
    setup.forget()
    page = client.get(reverse("account_login")).content.decode()
    assert "/brand/7a1f3d.css" in page
    sheet = client.get("/brand/7a1f3d.css")
    assert "--brand: #7a1f3d" in sheet.content.decode()
    assert sheet["Content-Type"].startswith("text/css")
    assert client.get("/brand/ffcc00.css").status_code == 404
    assert client.get("/brand/nonsense.css").status_code == 404


@pytest.mark.django_db
def test_only_who_may_and_only_over_what_was_seen(admin):
    entity = make.make_organization()
    look = looks.set_look(organization_id=entity.pk, changes={"terms": "A"}, by=admin)
    seen = fingerprint(look)
    looks.set_look(organization_id=entity.pk, changes={"terms": "B"}, seen=seen, by=admin)
    with pytest.raises(ChangedMeanwhile):
        looks.set_look(organization_id=entity.pk, changes={"terms": "C"}, seen=seen, by=admin)
    with pytest.raises(NotAllowed):
        looks.set_look(organization_id=entity.pk, changes={"terms": "D"}, by=make.make_user("marketer"))
