"""How static files lie on disk in production: named by their content and packed, so browsers keep them for ever."""

from functools import lru_cache
from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


def _names_no_source_map(pattern: str | tuple[str, str]) -> bool:
    return "sourceMappingURL" not in (pattern if isinstance(pattern, str) else pattern[0])


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Source maps of other people's files are not shipped, so their mention must not be followed."""

    patterns = tuple(
        (extension, tuple(pattern for pattern in patterns if _names_no_source_map(pattern)))
        for extension, patterns in CompressedManifestStaticFilesStorage.patterns
    )

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """Without brotli: it made the build six times as long."""
        return Compressor(use_brotli=False, **kwargs)

    @lru_cache  # noqa: B019 - there is one storage, and it lives as long as the process
    def url(self, name: str | None, force: bool = False) -> str:
        """Thirty of these stand on every page."""
        return super().url(name, force)


class PlainStorage(StaticFilesStorage):
    """Development: the files as they lie there."""

    @lru_cache  # noqa: B019 - as above
    def url(self, name: str | None) -> str:
        return super().url(name)
