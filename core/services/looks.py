"""How papers and pages of an organisation look."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core import brand, policy
from core.actors import Actor, user_or_none
from core.errors import DomainError, InvalidValue
from core.models import Look, Organization
from core.services.fingerprints import change_row
from core.transactions import command

FIELDS = frozenset({"brand", "terms", "footer", "bank", "language"})


class ColourTooPale(DomainError):
    code = "colour_too_pale"
    message = _(
        "{colour} cannot be read well enough: {white} to 1 on white and {soft} to 1 on its soft shade. "
        "At least 4.5 to 1 is needed, so take a darker one."
    )


@command
def set_look(*, organization_id: int, changes: dict[str, Any], by: Actor, seen: str = "") -> Look:
    """Say how the papers of an organisation look and in which colour its people work.

    Papers that were made stay as they are. The same values again change nothing. Locks the look. Raises
    ColourTooPale below 4.5:1 on white or on the soft shade, InvalidValue for what is no colour or no language of the
    product, ChangedMeanwhile.
    """
    organization = Organization.objects.get(pk=organization_id)
    policy.require(by, "core.manage_organization", organization)
    unknown = set(changes) - FIELDS
    if unknown:
        raise TypeError(f"a look has no {sorted(unknown)}")
    values = dict(changes)
    if values.get("brand"):
        values["brand"] = readable(values["brand"])
    if values.get("language") and values["language"] not in dict(settings.LANGUAGES):
        raise InvalidValue(field=_("language"), problem=_("the product does not speak it"))
    look, _created = Look.objects.get_or_create(
        organization=organization, defaults={"created_by": user_or_none(by), "updated_by": user_or_none(by)}
    )
    return change_row(Look, look.pk, values, seen=seen)


def readable(typed: str) -> str:
    """The colour as it is kept. Raises InvalidValue and ColourTooPale."""
    try:
        colour = brand.as_colour(typed)
    except ValueError as error:
        raise InvalidValue(field=_("brand colour"), problem=_("write it like #0e6073")) from error
    if not brand.is_readable(colour):
        white, soft = brand.contrasts(colour)
        raise ColourTooPale(colour=colour, white=f"{white:.1f}", soft=f"{soft:.1f}")
    return colour
