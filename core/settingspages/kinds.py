"""What the kit has to know about one kind of setting: its list, its form, what can be done with one, who may."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.services.fingerprints import fingerprint
from core.settingspages import hub

Text = str | Promise
SAVED = _("Saved.")


@dataclass(frozen=True)
class Column:
    """A column of the list. `value` reads a record; `number` aligns it at the end, `folds` hides it on a phone."""

    label: Text
    value: Callable[[Any], Any]
    number: bool = False
    folds: bool = False


@dataclass(frozen=True)
class Verb:
    """Something done with one record by one button. `when` says for which records it is offered.

    `asks` is the question before it, for what cannot be taken back.
    """

    name: str
    label: Text
    icon: str
    do: Callable[[Any, Actor], Any]
    done: Text = SAVED
    when: Callable[[Any], bool] = lambda record: True
    asks: Text = ""
    in_list: bool = False


class Setting(ABC):
    """One kind of setting. A subclass names model, words, right, form and services; it never writes itself."""

    app: ClassVar[str]
    name: ClassVar[str]
    path: ClassVar[str]
    model: ClassVar[type[Model]]
    label: ClassVar[Text]
    one: ClassVar[Text]
    help: ClassVar[Text]
    icon: ClassVar[str]
    group: ClassVar[str]
    action: ClassVar[str]
    order: ClassVar[int] = 100
    switch: ClassVar[str] = ""
    add_label: ClassVar[Text]
    form_class: ClassVar[type[forms.Form]]
    columns: ClassVar[Sequence[Column]]
    verbs: ClassVar[Sequence[Verb]] = ()
    can_create: ClassVar[bool] = True
    refused_field: ClassVar[str] = ""
    note: ClassVar[Text] = ""
    parent: ClassVar[str] = ""  # the key of the setting it is reached from
    parts: ClassVar[Sequence[str]] = ()  # templates below the form of a record; see `beside`
    styles: ClassVar[Sequence[str]] = ()
    scripts: ClassVar[Sequence[str]] = ()

    def rows(self) -> QuerySet[Any]:
        return self.model._default_manager.all()

    def read(self, records: list[Any]) -> None:  # noqa: B027 - most settings show nothing besides
        """Read what the columns show of these records besides, in a constant number of statements."""

    def is_off(self, record: Any) -> bool:
        """Is the record out of use? It stands at the end of the list, in grey."""
        return not getattr(record, "is_active", True)

    def form(self, data: Any = None, files: Any = None, *, record: Any = None, request: HttpRequest) -> forms.Form:
        return self.form_class(data, files, initial=self.initial(record, request), **self.form_options(record, request))

    def form_options(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        return {}

    def initial(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        if record is None:
            return {}
        return {name: self._plain(record, name) for name in self.form_class.base_fields}

    def _plain(self, record: Any, name: str) -> Any:
        return getattr(record, f"{name}_id", getattr(record, name, None))

    def seen(self, record: Any) -> str:
        """What a form is filled from, to notice a change by somebody else meanwhile."""
        return fingerprint(record)

    @abstractmethod
    def create(self, values: dict[str, Any], by: Actor) -> Any:
        """Call the service that makes one; the record. Raises DomainError."""

    @abstractmethod
    def change(self, record: Any, values: dict[str, Any], seen: str, by: Actor) -> Any:
        """Call the service that changes one that was `seen` so; the record. Raises DomainError."""

    def beside(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        """What the templates of `parts` read besides `record`."""
        return {}

    def history(self, record: Any) -> Iterable[Any]:
        """The records whose history stands on the page of this one."""
        return (record,)

    # addresses

    def url(self, page: str, *args: Any) -> str:
        return reverse(f"{self.app}:settings_{self.name}{page}", args=args)

    def url_of(self, record: Any) -> str:
        return self.url("", record.pk)


_kinds: dict[str, Setting] = {}


def add(setting: type[Setting]) -> type[Setting]:
    """Class decorator: make a kind of setting known and give it its entry on the settings page."""
    made = setting()
    key = f"{made.app}.{made.name}"
    if type(_kinds.get(key, made)) is not setting:
        raise RuntimeError(f"{key} is declared twice")
    if key in _kinds:
        return setting
    _kinds[key] = made
    if not made.group:  # reached from another setting, such as the stages of a pipeline
        return setting
    hub.add(
        hub.Entry(
            made.label,
            made.help,
            made.icon,
            f"{made.app}:settings_{made.name}_list",
            made.group,
            made.action,
            made.order,
            made.switch,
            count=lambda: made.rows().count(),
        )
    )
    return setting


def by_key(key: str) -> Setting:
    """The setting of a key such as `core.branch`. Raises LookupError."""
    return _kinds[key]


def everything() -> list[Setting]:
    return list(_kinds.values())


def urls_for(*settings: type[Setting]) -> list[URLPattern]:
    """List, new, one and the verbs of one, for each kind."""
    from core.settingspages import views

    found: list[URLPattern] = []
    for setting in settings:
        made = by_key(f"{setting.app}.{setting.name}")
        base, name = f"settings/{made.path}/", f"settings_{made.name}"
        key = _key_in_path(made.model)
        found.append(path(base, views.SettingList.as_view(setting=made), name=f"{name}_list"))
        if made.can_create:
            found.append(path(f"{base}new/", views.SettingNew.as_view(setting=made), name=f"{name}_new"))
        found.append(path(f"{base}<{key}:pk>/", views.SettingEdit.as_view(setting=made), name=name))
        if made.verbs:
            found.append(
                path(f"{base}<{key}:pk>/<slug:verb>/", views.SettingVerb.as_view(setting=made), name=f"{name}_do")
            )
    return found


def _key_in_path(model: type[Model]) -> str:
    return "str" if model._meta.pk.get_internal_type() == "CharField" else "int"
