from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class NotNow(DomainError):
    code = "import_not_now"
    message = _("“{file}” is {state}; this cannot be done now.")


class NothingMapped(DomainError):
    code = "import_nothing_mapped"
    message = _("No column is assigned to a field yet.")


class FieldsMissing(DomainError):
    code = "import_fields_missing"
    message = _("These fields are needed and have neither a column nor a value: {fields}.")


class FieldTwice(DomainError):
    code = "import_field_twice"
    message = _("“{field}” is assigned to more than one column.")


class FieldUnknown(DomainError):
    code = "import_field_unknown"
    message = _("There is no field “{field}” to import into, or you may not fill it.")


class ColumnUnknown(DomainError):
    code = "import_column_unknown"
    message = _("The file has no column “{column}”.")


class FixedValueBad(DomainError):
    code = "import_fixed_value_bad"
    message = _("The value for “{field}” cannot be used: {problem}")


class NothingToImport(DomainError):
    code = "import_nothing_to_import"
    message = _("Not one row of “{file}” can be imported.")


class FileGone(DomainError):
    code = "import_file_gone"
    message = _("The file “{file}” is not kept any more; upload it again.")


class NothingToTakeBack(DomainError):
    code = "import_nothing_to_take_back"
    message = _("“{file}” changed nothing that could be taken back.")
