"""A sample paper in the present look is drawn once per wish and kept for the one who asked."""

from __future__ import annotations

import pytest
from django.test import override_settings

from core.errors import NotAllowed
from core.models import Job
from core.services import looks
from core.settingspages.preview import preview_of, sample, start_preview
from tests.factories import core as make

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_sample_is_drawn_and_kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    admin, entity = make.make_user("administrator"), make.make_organization(name="Oak Ltd")
    looks.set_look(organization_id=entity.pk, changes={"terms": "Ex works.", "footer": "HRB 1"}, by=admin)
    sheet = sample(entity)
    assert sheet.totals.gross == sheet.totals.net + sum(row.tax for row in sheet.totals.taxes)
    assert sum(line.net for line in sheet.lines) == sheet.totals.net
    assert "Ex works." in [term.text for term in sheet.terms]
    assert preview_of(entity) is None
    with override_settings(EVENTS_DELIVERY="inline"):
        start_preview(organization_id=entity.pk, by=admin)
    found = preview_of(entity)
    assert found is not None
    assert found.job.state == "done"
    assert found.file is not None
    with found.file.file.open() as file:
        assert file.read(5) == b"%PDF-"


def test_only_who_keeps_the_look_asks_for_it():
    entity = make.make_organization()
    with pytest.raises(NotAllowed):
        start_preview(organization_id=entity.pk, by=make.make_user("seller"))
    assert not Job.objects.exists()
