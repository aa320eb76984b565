"""The steps of the first set-up that core itself can prove."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.models import Branch, Currency, Organization, Tax, TaxRate, User, WorkCalendar
from core.settingspages.steps import Step, add


def _administrator() -> str:
    names = [
        str(user) for user in User.objects.filter(is_active=True, role_assignments__role__code="administrator")[:3]
    ]
    return ", ".join(names)


def _calendar() -> str:
    return ", ".join(WorkCalendar.objects.order_by("pk").values_list("name", flat=True)[:3])


def _currency() -> str:
    return ", ".join(Currency.objects.order_by("pk").values_list("code", flat=True)[:6])


def _organization() -> str:
    return ", ".join(Organization.objects.filter(is_active=True).order_by("pk").values_list("name", flat=True)[:3])


def _branch() -> str:
    return ", ".join(Branch.objects.filter(is_active=True).order_by("pk").values_list("name", flat=True)[:3])


def _taxes() -> str:
    count = Tax.objects.filter(
        pk__in=TaxRate.objects.filter(valid__contains=timezone.localdate()).values("tax")
    ).count()
    return (
        ngettext("%(count)d tax has a rate today", "%(count)d taxes have a rate today", count) % {"count": count}
        if count
        else ""
    )


def _people() -> str:
    others = User.objects.filter(is_active=True, role_assignments__isnull=False)
    count = others.exclude(role_assignments__role__code="administrator").distinct().count()
    return (
        ngettext("%(count)d colleague has a role", "%(count)d colleagues have a role", count) % {"count": count}
        if count
        else ""
    )


add(
    Step(
        "administrator",
        _("First administrator"),
        _("The account that sets everything up. A second one helps when the first is on holiday."),
        "user-shield",
        _("See users"),
        "core:user_list",
        "core.manage_users",
        _administrator,
        order=10,
    ),
    Step(
        "calendar",
        _("Working time"),
        _("Shifts and free days, by which delivery days are counted. Public holidays can be brought in by country."),
        "calendar-time",
        _("Add a calendar"),
        "core:settings_calendar_new",
        "core.manage_organization",
        _calendar,
        order=20,
    ),
    Step(
        "currency",
        _("Currency"),
        _("The money your books are kept in, and others you sell or buy in."),
        "coin",
        _("Add a currency"),
        "core:settings_currency_new",
        "core.manage_rates",
        _currency,
        order=30,
    ),
    Step(
        "organization",
        _("Your company"),
        _("The legal entity that issues quotes and invoices: name, tax number, address."),
        "building",
        _("Add your company"),
        "core:settings_organization_new",
        "core.manage_organization",
        _organization,
        order=40,
    ),
    Step(
        "branch",
        _("Branch"),
        _("Where people work. One is enough to begin with."),
        "building-store",
        _("Add a branch"),
        "core:settings_branch_new",
        "core.manage_organization",
        _branch,
        order=50,
    ),
    Step(
        "taxes",
        _("Taxes"),
        _("Take the usual rates of your country, or enter your own."),
        "receipt-tax",
        _("Take those of my country"),
        "core:setup_taxes",
        "core.manage_rates",
        _taxes,
        order=60,
        more=((_("Enter one by hand"), "core:settings_tax_new", ""),),
    ),
    Step(
        "people",
        _("Users with roles"),
        _("Add colleagues and give each a role. Each gets a link to set a password."),
        "users",
        _("Add a user"),
        "core:user_new",
        "core.manage_users",
        _people,
        order=120,
    ),
)
