import pytest


@pytest.fixture(autouse=True)
def box(settings, tmp_path):
    """Files go into a folder of the test."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path
