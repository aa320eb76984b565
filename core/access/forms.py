"""Forms of users, roles and teams. They turn text into clean values; services decide."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.access import ports, scope
from core.models import Branch, Role, Team, User


def zones() -> list[tuple[str, str]]:
    names = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix")))
    return [(zone, zone.replace("_", " ")) for zone in ("UTC", *names)]


class PersonForm(forms.Form):
    """Who somebody is."""

    email = forms.EmailField(
        label=_("Work e-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    first_name = forms.CharField(label=_("First name"), max_length=150)
    last_name = forms.CharField(label=_("Last name"), max_length=150)
    job_title = forms.CharField(label=_("Job title"), max_length=120, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=lambda: settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones)


class ProfileForm(forms.Form):
    """What everybody says of himself."""

    first_name = forms.CharField(
        label=_("First name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    language = forms.ChoiceField(label=_("Language"), choices=lambda: settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones)


class NewPersonForm(PersonForm):
    invite = forms.BooleanField(
        label=_("Send the invitation with the link to set a password"), required=False, initial=True
    )

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("There is an account with this e-mail already."))
        return email


class RoleOfUserForm(forms.Form):
    """A role, and where it holds: nothing chosen means everywhere."""

    role = forms.ModelChoiceField(label=_("Role"), queryset=Role.objects.none(), to_field_name="code")
    branches = forms.ModelMultipleChoiceField(
        label=_("Only in these branches"),
        queryset=Branch.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: in all branches."),
    )
    warehouses = forms.TypedMultipleChoiceField(
        label=_("Only in these warehouses"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: in all warehouses."),
    )

    def __init__(self, *args: Any, by: User, roles: Any, fixed: Role | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].queryset = roles  # type: ignore[attr-defined]
        if fixed is not None:
            del self.fields["role"]
        self.fields["branches"].queryset = scope.branches_of(by).order_by("name")  # type: ignore[attr-defined]
        choices = ports.warehouses()
        self.fields["warehouses"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["warehouses"]


class RoleForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    needs_second_factor = forms.BooleanField(
        label=_("Needs a second factor"),
        required=False,
        help_text=_("Whoever is in this role signs in with an authenticator app or a passkey as well."),
    )


class NewRoleForm(RoleForm):
    code = forms.SlugField(
        label=_("Code"), max_length=40, help_text=_("A short word for machines, such as night-shift. It never changes.")
    )
    field_order = ("name", "code")

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if Role.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is a role with this code already."))
        return code


class TeamForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    branch = forms.ModelChoiceField(
        label=_("Branch"), queryset=Branch.objects.none(), required=False, empty_label=_("No branch")
    )
    leader = forms.ModelChoiceField(
        label=_("Leader"), queryset=User.objects.none(), required=False, empty_label=_("Nobody")
    )
    members = forms.ModelMultipleChoiceField(
        label=_("Members"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, team: Team | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = team
        self.fields["branch"].queryset = Branch.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]
        people = User.objects.filter(is_active=True).order_by("last_name", "first_name", "email")
        self.fields["leader"].queryset = self.fields["members"].queryset = people  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        taken = Team.objects.filter(name=name)
        if (taken.exclude(pk=self.team.pk) if self.team else taken).exists():
            raise forms.ValidationError(_("There is a team of this name already."))
        return name


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("It is written down with your name and cannot be changed later."),
    )
