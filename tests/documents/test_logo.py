"""The logo on papers: cleaned, replaced, removed by those who set up the organisation."""

import pytest

from core.actors import SYSTEM
from core.documents.letterhead import senders
from core.errors import NotAllowed
from core.models import Attachment
from core.services.attachments import NotAPicture
from core.services.logos import remove_logo, set_logo
from tests.documents.reading import files_in
from tests.factories.core import make_organization, make_user
from tests.factories.documents import drawn_logo

pytestmark = pytest.mark.django_db


def put(organization, by=SYSTEM, content=None):
    return set_logo(
        organization_id=organization.pk, name="logo.png", content=drawn_logo() if content is None else content, by=by
    )


def test_a_logo_is_on_the_letterhead(box):
    organization, other = make_organization(), make_organization()
    logo = put(organization)
    heads = senders([organization, other])
    assert heads[organization.pk].logo == logo.uuid.hex
    assert heads[other.pk].logo == ""


def test_a_second_one_takes_its_place(box, django_capture_on_commit_callbacks):
    organization = make_organization()
    put(organization)
    with django_capture_on_commit_callbacks(execute=True):
        second = put(organization)
    assert Attachment.objects.get() == second
    assert [path.stem for path in files_in(box)] == [second.uuid.hex]


def test_removing_twice_is_removing(box, django_capture_on_commit_callbacks):
    organization = make_organization()
    put(organization)
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            remove_logo(organization_id=organization.pk, by=SYSTEM)
    assert files_in(box) == []
    assert senders([organization])[organization.pk].logo == ""


@pytest.mark.parametrize("role", ["seller", "director", None])
def test_only_who_sets_up_the_organisation_may(role):
    organization, user = make_organization(), make_user(role)
    with pytest.raises(NotAllowed):
        put(organization, by=user)
    with pytest.raises(NotAllowed):
        remove_logo(organization_id=organization.pk, by=user)
    put(organization, by=make_user("administrator"))


def test_a_drawing_with_script_is_no_logo(box):
    with pytest.raises(NotAPicture):
        put(make_organization(), content=b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert files_in(box) == []
