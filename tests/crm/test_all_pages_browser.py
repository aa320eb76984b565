"""Pages of notes and web forms, read by the checker of accessibility."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.factories.core import make_user
from tests.factories.crm import make_held_submission, make_lead, make_webform
from tests.ui.browsing import assert_looks, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_notes_and_web_forms(quiet_page: Page, live_server):
    user = make_user("administrator")
    sign_in(quiet_page, live_server.url, user)
    form = make_webform()
    make_held_submission(form)
    lead = make_lead(owner_id=user.pk)
    paths = [
        reverse("crm:talk_new"),
        reverse("crm:task_new"),
        reverse("crm:inbox"),
        reverse("crm:lead_answer", args=[lead.pk]),
        reverse("crm:lead_qualify", args=[lead.pk]),
        reverse("crm:webform_list"),
        reverse("crm:webform_card", args=[form.pk]),
        reverse("crm:webform_fields", args=[form.pk]),
        reverse("crm:webform_new"),
        reverse("crm:webform_public", args=[form.key]),
    ]
    for path in paths:
        assert_looks(quiet_page, live_server.url + path)
