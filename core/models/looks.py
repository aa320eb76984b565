"""How the papers and pages of an organisation look."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.history import tracked
from core.models.base import Entity
from core.models.organisation import Organization
from core.models.stamps import stamps

COLOUR_PATTERN = r"^#[0-9a-f]{6}$"


@tracked
class Look(Entity):
    """What stands on every paper of an organisation besides its facts, and the colour of its pages.

    `brand` is the company's colour (`#0e6073`), empty for the product's own. `terms` stand below the lines of quotes
    and orders that bring none of their own; `bank` and `footer` at the foot of every paper. `language` is that of
    papers for the house.
    """

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="look")
    brand = models.CharField(_("brand colour"), max_length=7, blank=True)
    terms = models.TextField(_("terms"), blank=True)
    footer = models.TextField(_("footer"), blank=True)
    bank = models.TextField(_("bank details"), blank=True)
    language = models.CharField(_("language of papers for the house"), max_length=8, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("look of papers"), _("looks of papers")
        constraints = [
            models.CheckConstraint(
                condition=Q(brand="") | Q(brand__regex=COLOUR_PATTERN), name="look_brand_is_a_colour"
            )
        ]
        triggers = [stamps("look_stamps_the_setup")]

    def __str__(self) -> str:
        return str(self.organization)
