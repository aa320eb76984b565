"""A refusal writes numbers and days as people do, in their language."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from core.errors import DomainError


class TooMuch(DomainError):
    message = "{wanted} EUR on {on} at {at} of {number}"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "1,436.87 EUR on 26 Mar 2026 at 26 Mar 2026 12:30 of 7000"),
        ("de", "1.436,87 EUR on 26. Mär 2026 at 26. Mär 2026 12:30 of 7000"),
    ],
)
def test_numbers_and_days_are_written_for_people(language, said):
    at = datetime(2026, 3, 26, 12, 30, tzinfo=UTC)
    refused = TooMuch(wanted=Decimal("1436.87"), on=date(2026, 3, 26), at=at, number=7000)
    with translation.override(language):
        assert str(refused) == said
    assert refused.params["wanted"] == Decimal("1436.87")
