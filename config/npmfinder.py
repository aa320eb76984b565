"""Serves chosen files of `node_modules` under `vendor/`; nothing else of it can be reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage

PREFIX = "vendor"

# For each package the files a page may ask for; a pattern stands for several.
SERVED = {
    "@alpinejs/csp": ["dist/cdn.min.js"],
    "@fontsource-variable/inter": ["index.css", "files/inter-*-wght-normal.woff2"],
    "@tabler/core": ["dist/css/tabler.min.css", "dist/css/tabler.rtl.min.css", "dist/js/tabler.min.js"],
    "echarts": ["dist/echarts.min.js"],
    "flatpickr": ["dist/flatpickr.min.css", "dist/flatpickr.min.js"],
    "fullcalendar": ["*/global.js", "skeleton.css", "themes/classic/*.css", "themes/classic/global.js"],
    "htmx.org": ["dist/htmx.min.js"],
    "sortablejs": ["Sortable.min.js"],
    "tom-select": ["dist/css/tom-select.bootstrap5.min.css", "dist/js/tom-select.complete.min.js"],
}


class NpmFinder(BaseFinder):
    """Finds `vendor/PACKAGE/FILE` in the installed packages."""

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.NODE_MODULES)
        self.storage.prefix = PREFIX  # type: ignore[attr-defined]

    @cached_property
    def files(self) -> frozenset[str]:
        root = Path(settings.NODE_MODULES)
        wanted = ((root / package).glob(pattern) for package, patterns in SERVED.items() for pattern in patterns)
        return frozenset(str(path.relative_to(root)) for paths in wanted for path in paths)

    def check(self, **_kwargs: Any) -> list[CheckMessage]:
        """A page must not miss a file. Where all were collected beforehand, the packages are not needed."""
        if Path(settings.STATIC_ROOT, "staticfiles.json").exists():
            return []
        root = Path(settings.NODE_MODULES)
        return [
            Error(f"{package} has no {pattern}: run make setup", id="hypercrm.E010")
            for package, patterns in SERVED.items()
            for pattern in patterns
            if not any((root / package).glob(pattern))
        ]

    def find(  # type: ignore[override]  # the stub's overloads say the same in more words
        self, path: str, find_all: bool = False, **_kwargs: Any
    ) -> str | list[str]:
        name = path.removeprefix(f"{PREFIX}/")
        if name == path or name not in self.files:
            return []
        found = str(Path(settings.NODE_MODULES) / name)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in sorted(self.files):
            yield name, self.storage
