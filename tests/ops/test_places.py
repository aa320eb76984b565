"""Where an instance keeps its data: close to the checkout, unless PostgreSQL could not go there."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.devstack import claims, places
from config.devstack.errors import CannotStart


@pytest.fixture
def open_to_others(monkeypatch) -> None:
    monkeypatch.setattr(places, "others_may_enter", lambda path: True)


def test_everything_lies_in_the_data_folder(open_to_others):
    found = places.at(Path("/srv/crm/var"))
    assert found.database == Path("/srv/crm/var/pgdata")
    assert found.sockets == Path("/srv/crm/var/run")
    assert found.database_url == "postgres://postgres@/crm?host=/srv/crm/var/run"
    assert found.redis_url == "unix:///srv/crm/var/run/valkey.sock"


def test_a_long_path_gets_short_sockets(open_to_others):
    found = places.at(Path("/srv") / ("long" * 25))
    assert len(str(found.sockets / ".s.PGSQL.5432")) < 107
    assert found.sockets != places.at(Path("/srv") / ("long" * 26)).sockets


@pytest.mark.parametrize("root", [True, False])
def test_only_roots_closed_folder_keeps_its_database_elsewhere(monkeypatch, root):
    monkeypatch.setattr(places, "is_root", lambda: root)
    monkeypatch.setattr(places, "others_may_enter", lambda path: False)
    found = places.at(Path("/root/crm/var"))
    assert found.data == Path("/root/crm/var")
    assert (found.database.parent == found.data) is not root
    assert (found.sockets.parent == found.data) is not root


def test_a_folder_is_open_only_when_all_above_it_are(tmp_path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "a").chmod(0o700)
    assert not places.others_may_enter(inner)
    assert not places.others_may_enter(inner / "not-yet")


def test_a_private_folder_is_private_and_no_trap(tmp_path):
    claims.private_folder(tmp_path / "run")
    assert (tmp_path / "run").stat().st_mode & 0o777 == 0o700
    (tmp_path / "trap").symlink_to(tmp_path)
    with pytest.raises(CannotStart, match="belongs to somebody else"):
        claims.private_folder(tmp_path / "trap")
