"""How papers look: logo, colour, terms, footer, bank details, language."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core import brand
from core.actors import Actor
from core.errors import NotAllowed
from core.models import Attachment, Look, Organization
from core.services import looks
from core.services.fingerprints import fingerprint
from core.services.logos import LOGO
from core.services.records import type_of
from core.settingspages.kinds import Column, Setting, add


class LookForm(forms.Form):
    brand = forms.CharField(
        label=_("Brand colour"),
        max_length=7,
        required=False,
        help_text=_(
            "Like #0e6073; empty is the product's own. It colours the pages of everybody, so it must be readable: "
            "at least 4.5 to 1 on white and on its soft shade."
        ),
    )
    terms = forms.CharField(
        label=_("Terms"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Below the lines of every quote and order confirmation."),
    )
    bank = forms.CharField(
        label=_("Bank details"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("At the foot of every paper with prices."),
    )
    footer = forms.CharField(
        label=_("Footer"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Register number, managing directors, what the law wants on letters."),
    )
    language = forms.ChoiceField(
        label=_("Language of papers for the house"),
        required=False,
        choices=lambda: [("", _("As the product")), *settings.LANGUAGES],
        help_text=_("Picking lists and work cards. Papers for clients are in the language of the client."),
    )


class LogoForm(forms.Form):
    logo = forms.FileField(label=_("Logo"), help_text=_("PNG, JPEG or WebP. It is drawn anew before it is kept."))


def logo_of(organization: Organization) -> Attachment | None:
    rows = Attachment.objects.filter(record_type=type_of(Organization), record_id=organization.pk, kind=LOGO)
    return rows.order_by("-pk").first()


def look_of(organization: Organization) -> Look:
    return Look.objects.filter(organization=organization).first() or Look(organization=organization)


@add
class Looks(Setting):
    app, name, path, model = "core", "look", "documents", Organization
    group, action, order = "company", "core.manage_organization", 50
    label, one, icon = _("Papers and colour"), _("Look of papers and pages"), "palette"
    help = _("Logo, colour, terms, footer and bank details of quotes, orders and invoices, with a preview.")
    form_class = LookForm
    can_create = False
    refused_field = "brand"
    note = _("Papers that were made keep their look.")
    columns = (
        Column(_("Legal entity"), lambda one: one.name),
        Column(_("Brand colour"), lambda one: one.look.brand if hasattr(one, "look") else ""),
        Column(_("Terms"), lambda one: bool(hasattr(one, "look") and one.look.terms), folds=True),
        Column(_("Footer"), lambda one: bool(hasattr(one, "look") and one.look.footer), folds=True),
    )
    parts = ("settings/_logo.html", "settings/_preview.html")
    scripts = ("js/live.js",)

    def rows(self) -> Any:
        return Organization.objects.select_related("look").order_by("name")

    def initial(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        look = look_of(record)
        return {name: getattr(look, name) for name in LookForm.base_fields}

    def seen(self, record: Any) -> str:
        look = look_of(record)
        return fingerprint(look) if look.pk else ""

    def create(self, values: dict[str, Any], by: Actor) -> Organization:
        """A look comes with its legal entity; nobody makes one by itself."""
        raise NotAllowed(action=self.action)

    def change(self, record: Any, values: dict[str, Any], seen: str, by: Actor) -> Organization:
        looks.set_look(organization_id=record.pk, changes=values, seen=seen, by=by)
        return record  # type: ignore[no-any-return]

    def beside(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        from core.settingspages.preview import preview_of

        look = look_of(record)
        contrast = brand.contrasts(look.brand) if look.brand else None
        shown = [f"{value:.1f}" for value in contrast] if contrast else []
        return {
            "look": look,
            "contrast": shown,
            "logo": logo_of(record),
            "logo_form": LogoForm(),
            "preview": preview_of(record),
        }

    def history(self, record: Any) -> Any:
        look = look_of(record)
        return (look,) if look.pk else ()
