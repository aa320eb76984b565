from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings


@pytest.fixture(autouse=True)
def _files_of_this_test(settings: LazySettings, tmp_path: Path) -> Iterator[None]:
    """Uploads go into a folder of the test."""
    settings.MEDIA_ROOT = tmp_path
    yield
