"""What anybody may hang on any record he may see: comments with mentions, tags, and the wish to be told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.actors import Actor, user_or_none
from core.errors import DomainError, NotAllowed
from core.models import Comment, Follow, Tag, TagLink, User
from core.prepared import prepared
from core.remembered import remembered_for_all
from core.services.records import type_of
from core.transactions import command
from core.ui import registers
from core.ui.registers import Register

MENTION = re.compile(r"@([\w.+-]+@[\w-]+\.[\w.-]*\w|\w[\w.-]*\w)")


class CommentEmpty(DomainError):
    code = "comment_empty"
    message = gettext_lazy("Write something first.")


def seen(register: Register, record_id: int, by: Any) -> Any:
    """The record, if the user may know of it. Raises NotAllowed; nobody hangs anything on what he cannot see."""
    record = register.visible_to(by).filter(pk=record_id).first()
    if record is None:
        raise NotAllowed(action=_("work with this record"))
    return record


@command
def add_comment(*, register: str, record_id: int, text: str, at: datetime, by: Any, key: str | None = None) -> Comment:
    """Say something about a record. The same `key` is the same comment.

    `@ann.lee` or `@ann.lee@example.com` names a colleague, who is told if he may see the record; so are those who
    follow it. Who comments follows from then on. Raises CommentEmpty, NotAllowed.
    """
    from core.notices.services import notify

    kind = registers.by_key(register)
    record = seen(kind, record_id, by)
    if not text.strip():
        raise CommentEmpty()
    first = Comment.objects.filter(key=key).first() if key else None
    if first is not None:
        return first
    comment = Comment.objects.create(
        record_type=type_of(record), record_id=record.pk, text=text.strip(), author=by, created_at=at, key=key or None
    )
    named = [user for user in mentioned(text) if user != by and kind.visible_to(user).filter(pk=record.pk).exists()]
    comment.mentions.set(named)
    follow(register=register, record_id=record_id, by=by)
    words = {"who": by, "record": record}
    if named:
        told = _("%(who)s named you in a comment on %(record)s") % words
        notify(users=named, kind="core.mention", text=told, key=f"comment:{comment.pk}", record=record)
    others = [user for user in followers_of(record) if user != by and user not in named]
    if others:
        told = _("%(who)s commented on %(record)s") % words
        notify(users=others, kind="core.comment", text=told, key=f"comment:{comment.pk}", record=record)
    return comment


def mentioned(text: str) -> list[User]:
    """The colleagues a text names with @: by e-mail, by its part before the @, or by first and last name."""
    names = {name.lower() for name in MENTION.findall(text)}
    if not names:
        return []
    return [
        user
        for user in User.objects.filter(is_active=True)
        if names & {user.email.lower(), user.email.lower().split("@")[0], f"{user.first_name}.{user.last_name}".lower()}
    ]


def tell_followers(record: Any, *, by: Any) -> None:
    """A record was changed: those who follow it and may see it hear of it, once per version."""
    from core.notices.services import notify

    others = [user for user in followers_of(record) if user.pk != by.pk]
    if others:
        told = _("%(who)s changed %(record)s") % {"who": by, "record": record}
        key = f"changed:{record._meta.label_lower}:{record.pk}:{record.version}"
        notify(users=others, kind="core.followed", text=told, key=key, record=record)


@command
def follow(*, register: str, record_id: int, by: Any, wanted: bool = True) -> bool:
    """Be told what happens to a record, or not any more. Again changes nothing. Raises NotAllowed."""
    record = seen(registers.by_key(register), record_id, by)
    rows = Follow.objects.filter(record_type=type_of(record), record_id=record.pk, user=by)
    if wanted:
        Follow.objects.get_or_create(record_type=type_of(record), record_id=record.pk, user=by)
    else:
        rows.delete()
    return wanted


@command
def tag(*, register: str, record_id: int, names: Iterable[str], by: Actor) -> list[Tag]:
    """Give a record exactly these tags; a new word becomes a new tag. Needs the right to change the record."""
    kind = registers.by_key(register)
    record = seen(kind, record_id, by)
    policy.require(by, kind.change_action, record)
    wanted = {" ".join(name.split())[:40].lower(): " ".join(name.split())[:40] for name in names if name.strip()}
    known = {one.name.lower(): one for one in Tag.objects.filter(name__in=wanted.values())}
    known |= {one.name.lower(): one for low in set(wanted) - set(known) for one in Tag.objects.filter(name__iexact=low)}
    for low in sorted(set(wanted) - set(known)):
        known[low] = Tag.objects.create(name=wanted[low])
    here = TagLink.objects.filter(record_type=type_of(record), record_id=record.pk)
    here.exclude(tag__in=known.values()).delete()
    TagLink.objects.bulk_create(
        [
            TagLink(record_type=type_of(record), record_id=record.pk, tag=one, tagged_by=user_or_none(by))
            for one in known.values()
        ],
        ignore_conflicts=True,
    )
    return sorted(known.values(), key=lambda one: one.name.lower())


@remembered_for_all
def _tags(kind: Any, record: Any) -> QuerySet[Any]:
    return Tag.objects.filter(links__record_type=kind, links__record_id=record).order_by("name")


def tags_of(record: Any) -> list[Tag]:
    return _tags(type_of(record).pk, record.pk)


def tags_reader(model: Any) -> Callable[[list[int], Any], dict[int, list[str]]]:
    """How a list reads the tags of its records: in one statement."""

    @prepared
    def links(ids: Any, _user: Any) -> QuerySet[Any, Any]:
        rows = TagLink.objects.filter(record_type=ContentType.objects.get_for_model(model), record_id__in=ids)
        return rows.order_by("tag__name").values_list("record_id", "tag__name")

    def read(ids: list[int], user: Any) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for record_id, name in links(ids, user):
            found.setdefault(record_id, []).append(name)
        return found

    return read


@remembered_for_all
def _follows(kind: Any, record: Any, user: Any) -> QuerySet[Any, Any]:
    return Follow.objects.filter(record_type=kind, record_id=record, user=user).values_list("pk", flat=True)


def is_followed(record: Any, user: Any) -> bool:
    return bool(_follows(type_of(record).pk, record.pk, user.pk))


def followers_of(record: Any) -> list[User]:
    """Those who follow a record and may still see it."""
    kind = registers.of(record)
    rows = User.objects.filter(
        is_active=True, follows__record_type=type_of(record), follows__record_id=record.pk
    ).distinct()
    return [user for user in rows if kind is None or kind.visible_to(user).filter(pk=record.pk).exists()]
