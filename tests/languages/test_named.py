"""What registers and the facts of their cards are called is said in the reader's language."""

from __future__ import annotations

import pytest
from django.utils.functional import Promise

from core.ui import registers
from core.ui.facts import RELATIONS

REGISTERS = registers.everything()


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.key)
def test_a_register_has_translated_names(register):
    assert isinstance(register.label, Promise)
    assert isinstance(register.label_plural, Promise)


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.key)
def test_facts_and_columns_have_translated_labels(register):
    labels = {column.name: column.label for column in register.columns} | RELATIONS | register.labels
    for name in register.facts:
        if name not in labels:
            labels[name] = getattr(register.model._meta.get_field(name), "verbose_name", name)
    assert {name for name, label in labels.items() if not isinstance(label, Promise)} == set()
