"""Web forms and what they hold back, for the matrix."""

from __future__ import annotations

from tests.authz.objects import BUILDERS, OWNERLESS, by, targets
from tests.factories.crm import make_held_submission, make_webform

BUILDERS |= {
    "crm.webform": lambda world, owner: make_webform(),
    "crm.submission": lambda world, owner: make_held_submission(make_webform()),
}
OWNERLESS |= {"crm.webform", "crm.submission"}

targets("crm:webform_fields")(by("crm.webform"))
targets("crm:webform_public", "crm:webform_look")(by("crm.webform", "key", "key"))
targets("crm:submission_release", "crm:submission_delete")(by("crm.submission"))
