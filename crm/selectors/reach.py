"""How people are reached: the first phone and e-mail of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crm.choices import ContactKind
from crm.models import ContactPoint


@dataclass
class Reach:
    phone: str = ""
    email: str = ""


def reach_of(person_ids: Sequence[int]) -> list[Reach]:
    """For each person, in the order asked, the primary (else the oldest) phone and e-mail (one statement)."""
    found = {pk: Reach() for pk in person_ids}
    kinds = {ContactKind.PHONE.value: "phone", ContactKind.EMAIL.value: "email"}
    points = ContactPoint.objects.filter(person__in=found, kind__in=list(kinds)).order_by("is_primary", "-pk")
    for pk, kind, value in points.values_list("person", "kind", "value"):
        setattr(found[pk], kinds[kind], value)  # the primary one comes last and stays
    return [found[pk] for pk in person_ids]
