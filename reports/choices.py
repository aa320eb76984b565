from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ClassificationKind(TextChoices):
    ABC = "abc", "ABC"
    XYZ = "xyz", "XYZ"


class PlanStatus(TextChoices):
    DRAFT = "draft", _("Draft")
    FIXED = "fixed", _("Fixed")
