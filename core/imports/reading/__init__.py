"""Reading foreign files: what they are is found out and shown, then their rows are streamed."""

from core.imports.reading.delimited import Row
from core.imports.reading.facts import Facts, look, read
from core.imports.reading.limits import FileRefused

__all__ = ["Facts", "FileRefused", "Row", "look", "read"]
