"""Addresses whose code is loaded when one of them is asked for or named, and not before."""

from typing import Any

from django.urls import URLResolver


class Later(URLResolver):
    """Give it the name of a module with `urlpatterns`, and a namespace.

    Django would import it to learn its names as soon as any address of the project is written.
    """

    _is_named = False

    def _populate(self) -> None:
        if self._is_named:
            super()._populate()

    @property
    def reverse_dict(self) -> Any:
        self._is_named = True
        return super().reverse_dict

    @property
    def namespace_dict(self) -> Any:
        self._is_named = True
        return super().namespace_dict

    @property
    def app_dict(self) -> Any:
        self._is_named = True
        return super().app_dict
