import pytest

from tests.factories.documents import Maker, make_maker


@pytest.fixture(autouse=True)
def box(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def maker(db) -> Maker:
    return make_maker()
