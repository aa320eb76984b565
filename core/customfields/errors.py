from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class ValuesRefused(DomainError):
    """Own fields were given values that do not fit. `problems` says what is wrong, by the field's key."""

    code = "own_values_refused"
    message = _("{details}")

    def __init__(self, *, problems: dict[str, str], labels: dict[str, str]) -> None:
        details = " ".join(f"{labels.get(key, key)}: {problem}" for key, problem in problems.items())
        super().__init__(problems=problems, details=details)

    @property
    def problems(self) -> dict[str, str]:
        return self.params["problems"]


class NoOwnFields(DomainError):
    code = "no_own_fields"
    message = _("Records of this kind have no fields of the company's own: {model}.")


class KeyTaken(DomainError):
    code = "own_field_key_taken"
    message = _("There is a field with the key {key} already, perhaps a retired one.")


class HasValues(DomainError):
    code = "own_field_has_values"
    message = _("{label} holds values already, so this cannot be changed: {what}. Make a new field instead.")


class OptionsGone(DomainError):
    code = "own_field_options_gone"
    message = _("A choice that exists can be retired, not removed: {choices}.")


class RecordsBusy(DomainError):
    code = "own_field_records_busy"
    message = _("Somebody is writing many records of this kind right now. Try again in a moment.")


class DefinitionRefused(DomainError):
    """A field cannot be defined like this. `field` names the part of the definition."""

    code = "own_field_definition_refused"
    message = _("{problem}")

    def __init__(self, *, field: str, problem: Any) -> None:
        super().__init__(field=field, problem=problem)


class NeededByOthers(DomainError):
    code = "switch_needed_by_others"
    message = _("{switch} is needed by {others}. Switch them off together, or leave it on.")


class NeedsOthers(DomainError):
    code = "switch_needs_others"
    message = _("{switch} needs {others}. Switch them on together.")
