"""Settings; the first of ours that every process loads."""

from config import quickclasses

quickclasses.install()
