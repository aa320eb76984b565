"""Admin pages of `core`. Other apps take their base classes from `core.admin.base`."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.admin import access, api, background, documents, imports, machinery, organisation, people, screens, setup

__all__ = [
    "access",
    "api",
    "background",
    "documents",
    "imports",
    "machinery",
    "organisation",
    "people",
    "screens",
    "setup",
]

admin.site.site_header = _("Hyper CRM administration")
admin.site.site_title = _("Hyper CRM")
admin.site.index_title = _("All records")
