"""The logo of an organisation, which stands on its papers."""

from __future__ import annotations

from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction

from core import policy
from core.actors import Actor
from core.models import Attachment, Organization
from core.services.attachments import Picture, clean_picture, store_pictures
from core.services.records import type_of
from core.transactions import command

LOGO = "logo"  # the kind of attachment


def set_logo(*, organization_id: int, name: str, content: bytes, by: Actor) -> Attachment:
    """Put another logo on the papers of an organisation; papers already made keep theirs.

    The picture is checked and drawn anew before the transaction. Raises NotAPicture, PictureTooLarge, NotAllowed.
    """
    policy.require(by, "core.manage_organization", Organization.objects.get(pk=organization_id))
    return _keep_logo(organization_id=organization_id, picture=clean_picture(name=name, content=content), by=by)


@command
def _keep_logo(*, organization_id: int, picture: Picture, by: Actor) -> Attachment:
    organization = Organization.objects.locked().get(pk=organization_id)
    _drop_logos(organization)
    (stored,) = store_pictures(record=organization, pictures=[(LOGO, picture)], by=by)
    return stored


@command
def remove_logo(*, organization_id: int, by: Actor) -> None:
    """Let papers go without a logo. Locks the organisation; a second call changes nothing."""
    organization = Organization.objects.locked().get(pk=organization_id)
    policy.require(by, "core.manage_organization", organization)
    _drop_logos(organization)


def _drop_logos(organization: Organization) -> None:
    logos = Attachment.objects.filter(record_type=type_of(Organization), record_id=organization.pk, kind=LOGO)
    paths = list(logos.values_list("file", flat=True))
    logos.delete()
    for path in paths:
        transaction.on_commit(partial(default_storage.delete, path), robust=True)
