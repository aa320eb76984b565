"""The administration: the pages of all records for staff.

Like the API it is named in `config.urls` and loaded when one of its addresses is asked for: most processes never need
it, and it is a tenth of a start.
"""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Hyper CRM"

urlpatterns = admin.site.get_urls()
