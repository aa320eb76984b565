"""How static files lie on disk in production: named by their content and packed, so browsers keep them for ever."""

from typing import Any

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
