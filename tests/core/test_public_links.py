from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from core.actors import SYSTEM
from core.errors import LinkNotUsable
from core.models import Branch, Organization, PublicLink
from core.services.public_links import hash_of, make_link, read_link, revoke_links, use_link
from tests.factories.core import make_branch, make_user

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 25, 12, tzinfo=UTC)
TOMORROW = AT + timedelta(days=1)


def opened(record, **fields) -> str:
    return make_link(**{"record": record, "purpose": "test", "expires_at": TOMORROW, "by": SYSTEM, **fields})


def test_a_token_opens_its_record_and_only_its_hash_is_stored():
    branch, user = make_branch(), make_user()
    token = opened(branch, by=user)
    link = read_link(token=token, purpose="test", model=Branch, at=AT)
    assert (link.record, link.created_by, link.uses) == (branch, user, 0)
    assert link.token_hash == hash_of(token)
    assert token not in str(list(PublicLink.objects.values()))
    assert len(token) >= 43
    assert opened(branch) != token


@pytest.mark.parametrize(
    "change",
    [
        {"token": "wrong"},
        {"token": ""},
        {"purpose": "other"},
        {"model": Organization},
        {"at": TOMORROW},
        {"at": TOMORROW + timedelta(days=400)},
    ],
)
@pytest.mark.parametrize("door", [read_link, use_link])
def test_every_other_key_hole_gives_the_same_answer(door, change):
    token = opened(make_branch())
    with pytest.raises(LinkNotUsable):
        door(**{"token": token, "purpose": "test", "model": Branch, "at": AT, **change})
    assert PublicLink.objects.get().uses == 0


def test_a_link_is_used_as_often_as_allowed():
    token = opened(make_branch(), max_uses=2)
    wish = {"token": token, "purpose": "test", "model": Branch, "at": AT}
    assert [use_link(**wish).uses for _ in range(2)] == [1, 2]
    with pytest.raises(LinkNotUsable):
        use_link(**wish)
    unlimited = {**wish, "token": opened(make_branch())}
    assert [use_link(**unlimited).uses for _ in range(3)] == [1, 2, 3]


def test_withdrawn_links_open_nothing_and_others_stay():
    branch, other = make_branch(), make_branch()
    tokens = [opened(branch), opened(branch)]
    stays = [opened(branch, purpose="another"), opened(other)]
    assert revoke_links(record=branch, purpose="test", at=AT, by=SYSTEM) == 2
    assert revoke_links(record=branch, purpose="test", at=AT, by=SYSTEM) == 0
    for token in tokens:
        with pytest.raises(LinkNotUsable):
            read_link(token=token, purpose="test", model=Branch, at=AT)
    assert read_link(token=stays[0], purpose="another", model=Branch, at=AT)
    assert read_link(token=stays[1], purpose="test", model=Branch, at=AT)


def test_the_database_refuses_one_use_too_many():
    opened(make_branch(), max_uses=1)
    PublicLink.objects.update(uses=F("uses") + 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicLink.objects.update(uses=F("uses") + 1)
